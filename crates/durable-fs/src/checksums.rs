//! `SHA256SUMS`: the list of a folder's files with their digests, in the form of the tool
//! `sha256sum`, which can check it too (`sha256sum --check SHA256SUMS`).

use std::{
    fmt::Write as _,
    io::{self, BufReader},
    path::{Component, Path, PathBuf},
};

use crate::{
    atomic_write::write_atomically,
    digest::Sha256Reader,
    error::{Error, Problem},
    read::{open, optional, read_at_most},
};

/// The name of the list.
pub const NAME: &str = "SHA256SUMS";

/// Upper limit on the size of the list, in bytes.
const MAX_LIST: u64 = 16 << 20;

/// Writes the digests of `files`, each a path relative to `folder`, to the list of `folder`. The list
/// appears whole or not at all.
///
/// # Errors
/// A file that cannot be read, or a list that cannot be written.
pub fn write(folder: &Path, files: &[PathBuf]) -> Result<(), Error> {
    let mut list = String::new();
    for file in files {
        let digest = file_sha256(&folder.join(file))?;
        writeln!(list, "{digest}  {}", file.display()).expect("a string takes all");
    }
    write_atomically(&folder.join(NAME), list.as_bytes())
}

/// Reads the list of `folder`: the digest and the path of each file; `None` without a list.
///
/// # Errors
/// A list that cannot be read, or a line that is not a digest and a path below `folder`.
pub fn read(folder: &Path) -> Result<Option<Vec<(String, PathBuf)>>, Error> {
    let path = folder.join(NAME);
    let Some(bytes) = optional(read_at_most(&path, MAX_LIST))? else {
        return Ok(None);
    };
    // Invalid UTF-8 cannot match a digest or a path, so it fails below.
    let text = String::from_utf8_lossy(&bytes);
    let entry = |(number, line)| match parse(line) {
        Some((digest, file)) => Ok((digest.to_owned(), folder.join(file))),
        None => {
            let found = line.chars().take(100).collect();
            Err(Problem::List { number, found }.at(&path))
        }
    };
    let entries = (1..).zip(text.lines()).map(entry);
    entries.collect::<Result<_, _>>().map(Some)
}

/// Verifies the digest of each file on the list of `folder`, and returns their paths; `None` without a
/// list.
///
/// # Errors
/// Those of [`read`]; the first file that is missing or has another digest ([`Problem::Digest`]).
pub fn verify(folder: &Path) -> Result<Option<Vec<PathBuf>>, Error> {
    let Some(list) = read(folder)? else {
        return Ok(None);
    };
    let check = |(expected, path): (String, PathBuf)| match file_sha256(&path)? {
        found if found == expected => Ok(path),
        found => Err(Problem::Digest { expected, found }.at(&path)),
    };
    let files = list.into_iter().map(check);
    files.collect::<Result<_, _>>().map(Some)
}

/// The digest and the path of a line; `None` unless the path is relative and has no `..`.
fn parse(line: &str) -> Option<(&str, &Path)> {
    let (digest, file) = line.split_once("  ")?;
    let is_digest = digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
    let file = Path::new(file);
    let mut parts = file.components().peekable();
    let is_below = parts.peek().is_some() && parts.all(|part| matches!(part, Component::Normal(_)));
    (is_digest && is_below).then_some((digest, file))
}

/// SHA-256 of the bytes of a file, 64 hexadecimal digits.
///
/// # Errors
/// A file that cannot be read, or is not a regular file.
pub fn file_sha256(path: &Path) -> Result<String, Error> {
    let mut content = Sha256Reader::new(BufReader::with_capacity(1 << 18, open(path)?));
    io::copy(&mut content, &mut io::sink()).map_err(|error| Error::io("read", path, error))?;
    Ok(content.sha256())
}
