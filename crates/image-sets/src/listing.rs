//! What is in a folder, without the files that systems leave there.

use std::{
    fs,
    path::{Path, PathBuf},
};

use mnist_io::Kind;

use crate::{error::Error, error::Problem};

/// The files and sub-folders of a folder, each sorted by name.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    pub(crate) files: Vec<PathBuf>,
    pub(crate) folders: Vec<PathBuf>,
}

impl Listing {
    /// Lists `folder`. Hidden files (`.DS_Store`, `._cat.png`) and `Thumbs.db` are left out.
    pub(crate) fn of(folder: &Path) -> Result<Listing, Error> {
        let error = |reason| durable_fs::Error::io("read", folder, reason);
        let mut listing = Listing::default();
        for entry in fs::read_dir(folder).map_err(error)? {
            let path = entry.map_err(error)?.path();
            let name = name(&path);
            if name.starts_with('.')
                || ["thumbs.db", "desktop.ini", "__macosx"].contains(&&*name.to_lowercase())
            {
                continue;
            }
            if path.is_dir() {
                listing.folders.push(path);
            } else {
                listing.files.push(path);
            }
        }
        listing.files.sort();
        listing.folders.sort();
        Ok(listing)
    }

    /// What is there, for an error: the first files with their kinds, and the number of others.
    pub(crate) fn describe(&self) -> String {
        const SHOWN: usize = 3;
        let mut parts: Vec<String> = self
            .files
            .iter()
            .take(SHOWN)
            .map(|file| match kind(file) {
                Ok(kind) => format!("{} ({kind})", name(file)),
                Err(_) => name(file),
            })
            .collect();
        match self.files.len().saturating_sub(SHOWN) {
            0 => {}
            1 => parts.push("1 other file".into()),
            more => parts.push(format!("{more} other files")),
        }
        match self.folders.len() {
            0 if parts.is_empty() => parts.push("an empty folder".into()),
            0 => {}
            1 => parts.push(format!(
                "the folder {} without any of these",
                name(&self.folders[0])
            )),
            count => parts.push(format!("{count} folders without any of these")),
        }
        parts.join(", ")
    }
}

/// The last part of a path, as text.
pub(crate) fn name(path: &Path) -> String {
    path.file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned()
}

/// `file` as a path in `folder`, with `/` between its parts.
pub(crate) fn relative(file: &Path, folder: &Path) -> String {
    let parts = file.strip_prefix(folder).unwrap_or(file).iter();
    let parts: Vec<_> = parts.map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}

/// Whether the name of a file ends in `.` and one of `extensions`, in any case.
pub(crate) fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    extensions.contains(&&*extension.to_lowercase())
}

/// The kind of a file by its first bytes, decompressed if they are gzip.
pub(crate) fn kind(path: &Path) -> Result<Kind, Error> {
    Ok(mnist_io::kind(path)?)
}

/// Refuses a file of another kind.
pub(crate) fn expect_kind(path: &Path, kind: Kind, expected: &'static str) -> Result<(), Error> {
    let found = self::kind(path)?;
    if found == kind {
        return Ok(());
    }
    Err(Problem::Kind { expected, found }.at(path))
}
