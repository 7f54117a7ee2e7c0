//! Several arrays in one zip archive, as NumPy saves them (`.npz`), compressed or not.

use std::{
    fs::File,
    io::{self, BufReader},
    path::{Path, PathBuf},
};

use durable_fs::Sha256Reader;
use zip::{ZipArchive, read::ZipFile, result::ZipError};

use mnist_io::Kind;

use crate::{
    error::{Error, Problem},
    listing,
    npy::NpyReader,
};

/// Decompression-bomb limit: an array may be at most this many times as large as it is compressed, or
/// have [`ALWAYS_ALLOWED`] bytes.
const MAX_EXPANSION: u64 = 200;

/// Bytes that even the smallest entry may expand to, for example the blank images of a test.
const ALWAYS_ALLOWED: u64 = 64 << 20;

/// An open `.npz` file.
pub(crate) struct Npz {
    pub(crate) path: PathBuf,
    archive: ZipArchive<BufReader<File>>,
    /// SHA-256 of the file.
    pub(crate) sha256: String,
    /// The names of the arrays.
    pub(crate) names: Vec<String>,
}

impl Npz {
    pub(crate) fn open(path: &Path) -> Result<Npz, Error> {
        let expected = "NumPy arrays (.npz)";
        listing::expect_kind(path, Kind::Zip, expected)?;
        let mut content = Sha256Reader::new(durable_fs::open(path)?);
        io::copy(&mut content, &mut io::sink())
            .map_err(|reason| durable_fs::Error::io("read", path, reason))?;
        let sha256 = content.sha256();
        let archive = ZipArchive::new(BufReader::new(durable_fs::open(path)?));
        let archive = archive.map_err(|error| damaged(&error).at(path))?;
        let mut names = Vec::new();
        for entry in archive.file_names() {
            let entry = entry.map_err(|error| damaged(&error).at(path))?;
            names.extend(entry.strip_suffix(".npy").map(str::to_owned));
        }
        names.sort();
        if names.is_empty() {
            let found = Kind::Zip;
            return Err(Problem::Kind { expected, found }.at(path));
        }
        Ok(Npz {
            path: path.to_owned(),
            archive,
            sha256,
            names,
        })
    }

    /// Opens the array `name` for `read`.
    pub(crate) fn with_array<T, E: From<Error>>(
        &mut self,
        name: &str,
        read: impl FnOnce(NpyReader<Entry>) -> Result<T, E>,
    ) -> Result<T, E> {
        let reader = open_array(&mut self.archive, name);
        read(reader.map_err(|problem| problem.in_array(name).at(&self.path))?)
    }
}

type Entry<'a> = ZipFile<'a, BufReader<File>>;

fn open_array<'a>(
    archive: &'a mut ZipArchive<BufReader<File>>,
    name: &str,
) -> Result<NpyReader<Entry<'a>>, Problem> {
    let entry = archive.by_name(&format!("{name}.npy"));
    let entry = entry.map_err(|error| damaged(&error))?;
    let max = entry
        .compressed_size()
        .saturating_mul(MAX_EXPANSION)
        .max(ALWAYS_ALLOWED);
    let accept = |_: u64, declared: u64| {
        if declared <= max {
            return Ok(());
        }
        Err(Problem::Expansion { max, declared })
    };
    NpyReader::new(entry, accept)
}

fn damaged(error: &ZipError) -> Problem {
    Problem::Zip {
        reason: error.to_string(),
    }
}
