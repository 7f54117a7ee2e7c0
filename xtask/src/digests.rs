//! The list of digests that an installation leaves beside libtorch's libraries, so that later
//! damage is found.

use std::{
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, ensure};
use mnist_io::catalog::content_sha256;

/// In the form of the tool `sha256sum`, which can check it too.
const LIST: &str = "SHA256SUMS";

/// Lists the files of `libtorch/lib`.
///
/// # Errors
/// A file that cannot be read or written.
pub fn record(libtorch: &Path) -> anyhow::Result<()> {
    let lib = libtorch.join("lib");
    let mut names = Vec::new();
    for entry in fs::read_dir(&lib).with_context(|| format!("cannot read {}", lib.display()))? {
        names.push(entry?.file_name());
    }
    names.sort();
    let mut list = String::new();
    for name in names {
        let path = lib.join(&name);
        if path.is_file() {
            writeln!(list, "{}  lib/{}", content_sha256(&path)?, name.display())?;
        }
    }
    let path = libtorch.join(LIST);
    fs::write(&path, list).with_context(|| format!("cannot write {}", path.display()))
}

/// Checks, without reading them, that all files of the list are there; nothing without a list.
///
/// # Errors
/// The file that is missing.
pub fn check_presence(libtorch: &Path) -> anyhow::Result<()> {
    for (_, path) in read(libtorch)?.unwrap_or_default() {
        ensure!(
            path.is_file(),
            "expected the file {}, found none",
            path.display()
        );
    }
    Ok(())
}

/// Checks the digest of each file of the list. Gives their number, or `None` without a list.
///
/// # Errors
/// The first file that is missing or is another.
pub fn verify(libtorch: &Path) -> anyhow::Result<Option<usize>> {
    let Some(list) = read(libtorch)? else {
        return Ok(None);
    };
    for (expected, path) in &list {
        let found = content_sha256(path)?;
        ensure!(
            found == *expected,
            "{}: expected SHA-256 {expected}, found {found}",
            path.display()
        );
    }
    Ok(Some(list.len()))
}

/// Each file's digest and path.
fn read(libtorch: &Path) -> anyhow::Result<Option<Vec<(String, PathBuf)>>> {
    let path = libtorch.join(LIST);
    let text = match fs::read_to_string(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        result => result.with_context(|| format!("cannot read {}", path.display()))?,
    };
    let lines = text.lines().map(|line| {
        let (digest, name) = line.split_once("  ").with_context(|| {
            format!(
                "{}: expected `DIGEST  FILE`, found {line:?}",
                path.display()
            )
        })?;
        Ok((digest.to_owned(), libtorch.join(name)))
    });
    lines.collect::<anyhow::Result<_>>().map(Some)
}
