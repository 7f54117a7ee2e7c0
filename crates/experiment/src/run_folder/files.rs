//! Reading and writing the files of a run folder, which someone else may have made.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use durable_fs::{optional, quote_untrusted, read_at_most};
use mnist_io::IdxArray;
use serde::{Serialize, de::DeserializeOwned};

use crate::error::Error;

/// Maximum size of a record, in bytes: twenty times that of the largest one a run writes.
const MAX_RECORD: u64 = 1 << 20;

/// Maximum size of an array, in bytes of data: twenty times that of the largest one a run writes.
const MAX_ARRAY: u64 = 16 << 20;

/// The names of the folders in `folder`; empty if it does not exist.
pub fn folder_names(folder: &Path) -> Result<Vec<String>, Error> {
    let read = || -> std::io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.path().is_dir() {
                names.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
        Ok(names)
    };
    match read() {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        result => result.map_err(|error| Error::io("read", folder, error)),
    }
}

/// The file of the array `name` in `folder`.
pub fn array_path(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.idx"))
}

/// Reads the array `name` in `folder`.
pub fn read_array(folder: &Path, name: &str) -> Result<IdxArray, Error> {
    let path = array_path(folder, name);
    Ok(mnist_io::read_at_most(&path, MAX_ARRAY)?)
}

/// Writes the array `name` into `folder`, which is created if needed.
pub fn write_array(folder: &Path, name: &str, array: &IdxArray) -> Result<(), Error> {
    fs::create_dir_all(folder).map_err(|e| Error::io("create", folder, e))?;
    Ok(mnist_io::write(&array_path(folder, name), array)?)
}

/// Refuses everything but regular files and folders, at `path` and below it. A run folder may come
/// from someone else, and what is written through a link can overwrite any file.
pub fn refuse_links(path: &Path) -> Result<(), Error> {
    let failed = |error| Error::io("read", path, error);
    let found = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        found => found.map_err(failed)?.file_type(),
    };
    if found.is_dir() {
        let entries = match fs::read_dir(path) {
            // Somebody at work in the folder has just moved it.
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            entries => entries.map_err(failed)?,
        };
        for entry in entries {
            refuse_links(&entry.map_err(failed)?.path())?;
        }
    } else if !found.is_file() {
        return Err(Error::Format {
            path: path.to_owned(),
            problem: "expected a file or folder of this run folder itself, found a link, \
                      a pipe or a device; remove it"
                .into(),
        });
    }
    Ok(())
}

/// Writes a file atomically; its folder is created if needed.
pub fn write_text(path: &Path, text: &str) -> Result<(), Error> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(|e| Error::io("create", folder, e))?;
    Ok(durable_fs::write_atomically(path, text.as_bytes())?)
}

/// Reads a record; `None` if there is no such file.
pub fn read_json<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, Error> {
    let Some(bytes) = optional(read_at_most(path, MAX_RECORD))? else {
        return Ok(None);
    };
    serde_json::from_slice(&bytes)
        .map(Some)
        .map_err(|error| Error::Format {
            path: path.to_owned(),
            problem: format!(
                "{}; it is damaged, or of another version of this program: move its folder away, \
                 or choose another",
                quote_untrusted(&error.to_string())
            ),
        })
}

/// Writes a record atomically.
pub fn write_json(path: &Path, value: &impl Serialize) -> Result<(), Error> {
    let mut text = serde_json::to_string_pretty(value).expect("records have string keys only");
    text.push('\n');
    write_text(path, &text)
}
