//! Reading and writing the files of a run folder.

use std::{
    fs,
    path::{Path, PathBuf},
};

use mnist_io::IdxArray;
use serde::{Serialize, de::DeserializeOwned};

use crate::Error;

/// The folders in a folder; none if it does not exist.
pub fn names(folder: &Path) -> Result<Vec<String>, Error> {
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
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        result => result.map_err(|error| Error::io("read", folder, error)),
    }
}

pub fn array_path(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.idx"))
}

pub fn write_array(folder: &Path, name: &str, array: &IdxArray) -> Result<(), Error> {
    fs::create_dir_all(folder).map_err(|e| Error::io("make", folder, e))?;
    Ok(mnist_io::write(&array_path(folder, name), array)?)
}

/// See [`mnist_io::remove_unfinished`].
pub fn remove_unfinished(folder: &Path, endings: &[&str]) -> Result<(), Error> {
    mnist_io::remove_unfinished(folder, endings).map_err(|e| Error::io("clean", folder, e))
}

pub fn read_text(path: &Path) -> Result<Option<String>, Error> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io("read", path, error)),
    }
}

pub fn write_text(path: &Path, text: &str) -> Result<(), Error> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(|e| Error::io("make", folder, e))?;
    mnist_io::write_atomically(path, text.as_bytes()).map_err(|e| Error::io("write", path, e))
}

pub fn read_json<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, Error> {
    read_text(path)?
        .map(|text| {
            serde_json::from_str(&text).map_err(|source| Error::Format {
                path: path.to_owned(),
                problem: format!(
                    "{}; it is damaged, or of another version of this program: move its \
                     folder away, or choose another",
                    in_short(&source.to_string())
                ),
            })
        })
        .transpose()
}

pub fn write_json(path: &Path, value: &impl Serialize) -> Result<(), Error> {
    let mut text = serde_json::to_string_pretty(value).expect("records have string keys only");
    text.push('\n');
    write_text(path, &text)
}

/// What is said of a file that anyone may have written, or a name in it, for a message: a terminal
/// would obey its control characters, and a text may be as long as the file. At most 300 characters,
/// and `...` where there were more.
pub fn in_short(text: &str) -> String {
    const LONGEST: usize = 300;
    let mut short: String = text
        .chars()
        .take(LONGEST)
        .map(|c| {
            if c.is_control() {
                char::REPLACEMENT_CHARACTER
            } else {
                c
            }
        })
        .collect();
    if text.chars().nth(LONGEST).is_some() {
        short.push_str("...");
    }
    short
}
