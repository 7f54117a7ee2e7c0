//! The digests that an installation lists of its files, so that later damage is found, and a stamp
//! that spares reading them all at each set-up.

use std::{
    fmt::Write as _,
    fs::{self, Metadata},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, ensure};
use durable_fs::checksums;

use crate::libtorch::required_libraries;

/// Lists every file in the folder `libtorch`.
///
/// # Errors
/// A file that cannot be read or written.
pub fn record(libtorch: &Path) -> anyhow::Result<()> {
    let mut files = Vec::new();
    collect(libtorch, Path::new(""), &mut files)?;
    // Of an earlier list.
    files.retain(|file| file != Path::new(checksums::NAME));
    files.sort();
    Ok(checksums::write(libtorch, &files)?)
}

/// Adds the files of `folder`, a path in `top`, and of the folders in it.
fn collect(top: &Path, folder: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let path = top.join(folder);
    let entries = fs::read_dir(&path).with_context(|| format!("cannot read {}", path.display()))?;
    for entry in entries {
        let entry = entry?;
        let name = folder.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            collect(top, &name, files)?;
        } else {
            files.push(name);
        }
    }
    Ok(())
}

/// The paths of the files on the list; `None` without one.
///
/// # Errors
/// A list that cannot be read, or lacks a library that libtorch cannot do without.
fn listed(libtorch: &Path) -> anyhow::Result<Option<Vec<PathBuf>>> {
    let Some(list) = checksums::read(libtorch)? else {
        return Ok(None);
    };
    let files: Vec<PathBuf> = list.into_iter().map(|(_, file)| file).collect();
    for library in required_libraries(libtorch) {
        ensure!(
            files.contains(&library),
            "{}: expected the digest of {}, found none",
            libtorch.join(checksums::NAME).display(),
            library.display()
        );
    }
    Ok(Some(files))
}

/// Checks the digest of each file on the list. Gives their number, or `None` without a list.
///
/// # Errors
/// A list that cannot be read or lacks a library, or the first file that is missing or is another.
pub fn verify(libtorch: &Path) -> anyhow::Result<Option<usize>> {
    listed(libtorch)?;
    Ok(checksums::verify(libtorch)?.map(|files| files.len()))
}

/// [`verify`], unless no file has changed since it last went well, by the stamp in the folder
/// `cache`.
///
/// # Errors
/// Those of [`verify`].
pub fn check(libtorch: &Path, cache: &Path) -> anyhow::Result<()> {
    // However it was come by, by a link or not, it has one stamp.
    let libtorch = &fs::canonicalize(libtorch)
        .with_context(|| format!("cannot read {}", libtorch.display()))?;
    let Some(files) = listed(libtorch)? else {
        return Ok(());
    };
    // Of the files as they are before they are read: what changes meanwhile is read again.
    let (now, newest) = stamp(libtorch, &files)?;
    let mut name = libtorch.file_name().unwrap_or_default().to_owned();
    name.push(".checked");
    let path = cache.join(name);
    // A file that changed when the stamp was made may have changed again within a tick of the clock.
    let is_later = |stamp: &Metadata| (stamp.mtime(), stamp.mtime_nsec()) > newest;
    if fs::metadata(&path).is_ok_and(|stamp| stamp.is_file() && is_later(&stamp))
        && fs::read_to_string(&path).is_ok_and(|then| then == now)
    {
        return Ok(());
    }
    checksums::verify(libtorch)?;
    // Where it cannot be kept, everything is read each time.
    _ = fs::create_dir_all(cache);
    _ = durable_fs::write_atomically(&path, now.as_bytes());
    Ok(())
}

/// A line a file: its path, its size, and the time when it, or anything that the system knows of
/// it, last changed. Programs can set the time of the last writing back, but not this one. Also
/// gives the newest of these times.
fn stamp(libtorch: &Path, files: &[PathBuf]) -> anyhow::Result<(String, (i64, i64))> {
    let mut lines = format!("{}\n", libtorch.display());
    let mut newest = (0, 0);
    let list = libtorch.join(checksums::NAME);
    for file in files.iter().chain([&list]) {
        let found =
            fs::metadata(file).with_context(|| format!("cannot read {}", file.display()))?;
        let changed = (found.ctime(), found.ctime_nsec());
        newest = newest.max(changed);
        let file = file.strip_prefix(libtorch).unwrap_or(file).display();
        writeln!(
            lines,
            "{file} {} {}.{:09}",
            found.len(),
            changed.0,
            changed.1
        )?;
    }
    Ok((lines, newest))
}
