//! Writing files whole or not at all.
//!
//! A file is written beside its place, synced and renamed. All files of the project are written
//! this way, except `metrics.jsonl`, to which lines are appended: rewriting it would take time that
//! grows with the square of the epochs.

use std::{
    fs,
    io::{self, BufWriter, Write},
    path::Path,
};

use atomic_write_file::AtomicWriteFile;

use crate::error::Error;

/// Writes a file whole or not at all: to a temporary file in the same folder, which is synced and then
/// renamed. A new file gets the usual permissions, a replaced one keeps its own, and a link keeps its
/// target.
///
/// # Errors
/// [`Problem::Io`](crate::Problem::Io); what was at `path` before is untouched.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    write_atomically_with(path, |file| file.write_all(bytes))
}

/// Like [`write_atomically`], for content that is never in memory as a whole: `fill` writes it
/// through a buffer.
///
/// # Errors
/// [`Problem::Io`](crate::Problem::Io), also for an error of `fill`; what was at `path` before is untouched.
pub fn write_atomically_with(
    path: &Path,
    fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Error> {
    replace(path, fill).map_err(|error| Error::io("write", path, error))
}

fn replace(path: &Path, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    // Renaming to a link would replace the link, not its target.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    // The rename would fail too late, and leave the temporary file behind.
    if target.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    let mut file = AtomicWriteFile::open(&target)?;
    let mut buffer = BufWriter::new(&mut file);
    fill(&mut buffer)?;
    buffer.flush()?;
    drop(buffer);
    file.commit()
        .or_else(|error| after(&error, &target).map_err(|()| error))
}

/// Whether a file is in place although `error` followed: some file systems of networks and virtual
/// machines cannot sync a folder, which comes after the rename. If a sync of the file or the rename
/// fails, the temporary file is left behind, and is removed here.
fn after(error: &io::Error, target: &Path) -> Result<(), ()> {
    let (Some(folder), Some(name)) = (target.parent(), target.file_name()) else {
        return Err(());
    };
    let left = remove_where(folder, |of| name == of);
    let cannot_sync = matches!(
        error.kind(),
        io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported
    );
    match left {
        Ok(0) if cannot_sync => Ok(()),
        _ => Err(()),
    }
}

/// Removes the temporary files in `folder` that a process left when it was killed while writing
/// files whose names end in one of `endings`. No other process may be writing such files.
///
/// # Errors
/// [`Problem::Io`](crate::Problem::Io). A folder that does not exist is not an error.
pub fn remove_unfinished(folder: &Path, endings: &[&str]) -> Result<(), Error> {
    remove_where(folder, |of| {
        endings.iter().any(|ending| of.ends_with(ending))
    })
    .map(drop)
    .map_err(|error| Error::io("clean", folder, error))
}

/// Removes the temporary files in `folder` whose final name is `chosen`, and returns their number.
fn remove_where(folder: &Path, chosen: impl Fn(&str) -> bool) -> io::Result<usize> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        entries => entries?,
    };
    let mut count = 0;
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        let is_chosen = name.to_str().and_then(final_name).is_some_and(&chosen);
        if is_chosen && entry.file_type()?.is_file() {
            fs::remove_file(entry.path())?;
            count += 1;
        }
    }
    Ok(count)
}

/// The final name of a temporary file: `run.json` of `.run.json.a1B2c3`; `None` for other files.
fn final_name(name: &str) -> Option<&str> {
    let (of, random) = name.strip_prefix('.')?.rsplit_once('.')?;
    let is_random = random.len() == 6 && random.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_random.then_some(of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_cannot_be_synced_is_no_failure_but_one_that_fails_is() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("run.json");
        let temporary = folder.path().join(".run.json.a1B2c3");
        for (kind, is_left, expected) in [
            (io::ErrorKind::InvalidInput, false, Ok(())),
            (io::ErrorKind::Unsupported, false, Ok(())),
            (io::ErrorKind::InvalidInput, true, Err(())),
            (io::ErrorKind::StorageFull, false, Err(())),
        ] {
            if is_left {
                fs::write(&temporary, "").unwrap();
            }
            assert_eq!(
                after(&kind.into(), &target),
                expected,
                "{kind:?}, {is_left}"
            );
            assert!(!temporary.exists());
        }
    }
}
