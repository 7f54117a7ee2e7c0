//! Reading files that someone else may have made: regular files only, up to a limit.
//!
//! Every file that is not written by the process itself is untrusted, and is checked before memory
//! or disk is used for it. The limits are where the files are read: a list of experiments and each
//! record 1 MiB; a line of metrics 4 KiB; a file of weights what its header and the model say; an
//! array 16 MiB; an event file 256 MiB; an IDX file what its header says, and a gzip stream only if its
//! header declares at most 200 times its own size, or 64 MiB. Messages quote such files by
//! [`crate::quote_untrusted`].

use std::{
    fs::{self, File},
    io::{self, Read},
    path::Path,
};

use crate::error::{Error, Problem};

/// Opens a regular file for reading. Pipes and devices are rejected first, because opening one can
/// block forever.
///
/// # Errors
/// [`Problem::Missing`], [`Problem::Directory`], [`Problem::NotAFile`], [`Problem::Denied`] or
/// [`Problem::Io`].
pub fn open(path: &Path) -> Result<File, Error> {
    let found = fs::metadata(path).map_err(|error| opening(error).at(path))?;
    if found.is_dir() {
        return Err(Problem::Directory.at(path));
    }
    if !found.is_file() {
        return Err(Problem::NotAFile.at(path));
    }
    File::open(path).map_err(|error| opening(error).at(path))
}

fn opening(error: io::Error) -> Problem {
    match error.kind() {
        io::ErrorKind::NotFound => Problem::Missing,
        io::ErrorKind::PermissionDenied => Problem::Denied,
        _ => Problem::Io {
            operation: "read",
            reason: error,
        },
    }
}

/// Reads a regular file of at most `max` bytes.
///
/// # Errors
/// Those of [`open`]; [`Problem::TooLarge`].
pub fn read_at_most(path: &Path, max: u64) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    open(path)?
        .take(max + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Error::io("read", path, error))?;
    if bytes.len() as u64 > max {
        return Err(Problem::TooLarge { max }.at(path));
    }
    Ok(bytes)
}

/// `None` in place of [`Problem::Missing`]: for a file that need not exist.
///
/// # Errors
/// Every other error of `result`.
pub fn optional<T>(result: Result<T, Error>) -> Result<Option<T>, Error> {
    match result {
        Err(error) if matches!(error.problem, Problem::Missing) => Ok(None),
        result => result.map(Some),
    }
}
