//! An array in a file: read whole, or some rows at a time.

use std::{
    io::Read,
    path::{Path, PathBuf},
};

use mnist_io::IdxReader;

use mnist_io::Kind;

use crate::{
    array::{Array, Values},
    error::{Error, Problem},
    listing, npy,
    npy::NpyReader,
    npz::Npz,
    set::MAX_PIXELS,
};

/// Where an array is.
#[derive(Clone, Debug)]
pub(crate) struct ArrayFile {
    /// The file.
    pub(crate) path: PathBuf,
    /// What records call the file.
    pub(crate) name: String,
    pub(crate) format: Format,
}

/// The format of a file of arrays.
#[derive(Clone, Debug)]
pub(crate) enum Format {
    Idx,
    Npy,
    /// An array of an `.npz` file, and the SHA-256 of the file.
    Npz {
        array: String,
        sha256: String,
    },
}

/// An array that is read some rows at a time. A row is what an index along the first axis selects.
pub(crate) struct ArrayReader<'a> {
    shape: Vec<usize>,
    /// Reads the next numbers, at most as many as asked for.
    read: Box<dyn FnMut(usize) -> Result<Values, Error> + 'a>,
}

impl ArrayReader<'_> {
    /// The shape of the whole array.
    pub(crate) fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The next `count` rows, or all that are left if there are fewer.
    pub(crate) fn rows(&mut self, count: usize) -> Result<Values, Error> {
        let row = self.shape.iter().skip(1).product();
        (self.read)(count.saturating_mul(row))
    }
}

impl ArrayFile {
    /// The array called `array` of an `.npz` file, which records call `name`.
    pub(crate) fn in_npz(npz: &Npz, array: &str, name: String) -> ArrayFile {
        let (array, sha256) = (array.to_owned(), npz.sha256.clone());
        ArrayFile {
            path: npz.path.clone(),
            name,
            format: Format::Npz { array, sha256 },
        }
    }

    /// Reads the whole array; also returns the SHA-256 of the file, of an IDX file that of its
    /// decompressed content.
    pub(crate) fn read(&self) -> Result<(Array, String), Error> {
        let path = &self.path;
        match &self.format {
            Format::Idx => {
                expect_idx(path)?;
                let (array, sha256) = mnist_io::read_with_digest_at_most(path, MAX_PIXELS)?;
                Ok((array.into(), sha256))
            }
            Format::Npy => npy::read_file(path),
            Format::Npz { array, sha256 } => Npz::open(path)?.with_array(array, |mut reader| {
                let read = reader.read_all().map_err(|problem| self.error(problem))?;
                Ok((read, sha256.clone()))
            }),
        }
    }

    /// The SHA-256 of the file, of an IDX file that of its decompressed content.
    pub(crate) fn sha256(&self) -> Result<String, Error> {
        Ok(match &self.format {
            Format::Idx => mnist_io::catalog::content_sha256_at_most(&self.path, u64::MAX)?,
            Format::Npy => durable_fs::checksums::file_sha256(&self.path)?,
            Format::Npz { sha256, .. } => sha256.clone(),
        })
    }

    /// Opens the array for `read`. Only one in Fortran's order is in memory as a whole.
    pub(crate) fn open<T, E: From<Error>>(
        &self,
        read: impl FnOnce(&mut ArrayReader) -> Result<T, E>,
    ) -> Result<T, E> {
        let path = &self.path;
        match &self.format {
            Format::Idx => {
                expect_idx(path)?;
                let mut reader = IdxReader::open(path).map_err(Error::from)?;
                read(&mut ArrayReader {
                    shape: reader.shape().to_vec(),
                    read: Box::new(move |count| Ok(reader.read(count)?.into())),
                })
            }
            Format::Npy => {
                let reader = npy::open(path, |content| content)?;
                read(&mut self.npy(reader)?)
            }
            Format::Npz { array, .. } => {
                let mut archive = Npz::open(path)?;
                archive.with_array(array, |reader| read(&mut self.npy(reader)?))
            }
        }
    }

    fn npy<'a, R: Read + 'a>(&'a self, mut reader: NpyReader<R>) -> Result<ArrayReader<'a>, Error> {
        let shape = reader.shape().to_vec();
        if !reader.is_fortran_order() {
            let read = move |count| reader.read(count).map_err(|problem| self.error(problem));
            let read = Box::new(read);
            return Ok(ArrayReader { shape, read });
        }
        let all = reader.read_all().map_err(|problem| self.error(problem))?;
        let mut start = 0_usize;
        let read = move |count: usize| {
            let end = all.values.len().min(start.saturating_add(count));
            let part = all.values.part(start..end);
            start = end;
            Ok(part)
        };
        let read = Box::new(read);
        Ok(ArrayReader { shape, read })
    }

    /// The error for a problem with the array.
    pub(crate) fn error(&self, problem: Problem) -> Error {
        match &self.format {
            Format::Npz { array, .. } => problem.in_array(array),
            Format::Idx | Format::Npy => problem,
        }
        .at(&self.path)
    }
}

fn expect_idx(path: &Path) -> Result<(), Error> {
    listing::expect_kind(path, Kind::Idx, "an IDX file, plain or gzip")
}
