//! Writing files whole or not at all.

use std::{
    fs,
    io::{self, BufWriter, Write},
    path::Path,
};

use atomic_write_file::AtomicWriteFile;

use crate::Error;

/// Writes a file whole or not at all: beside it, synced, then renamed over it. A new file gets the
/// usual permissions, a replaced one keeps its own, and a link keeps leading where it did.
///
/// # Errors
/// [`Problem::Io`](crate::Problem::Io); what was at `path` before is untouched.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    write_atomically_with(path, |file| file.write_all(bytes))
}

/// As [`write_atomically`], for a content that is never in memory as a whole: `fill` writes it,
/// through a buffer.
///
/// # Errors
/// [`Problem::Io`](crate::Problem::Io), also for an error of `fill`; what was at `path` before is untouched.
pub fn write_atomically_with(
    path: &Path,
    fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Error> {
    replace(path, |file| {
        let mut file = BufWriter::new(file);
        fill(&mut file)?;
        file.flush()
    })
    .map_err(|error| Error::io("write", path, error))
}

fn replace(
    path: &Path,
    fill: impl FnOnce(&mut AtomicWriteFile) -> io::Result<()>,
) -> io::Result<()> {
    // A rename would put the file in the place of a link to it.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    // Found out by the rename, this would leave the new file lying beside it.
    if target.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    let mut file = AtomicWriteFile::open(&target)?;
    fill(&mut file)?;
    file.commit().inspect_err(|_| {
        // When a sync or the rename fails, the new file is left lying beside the old one.
        if let (Some(folder), Some(name)) = (target.parent(), target.file_name()) {
            let _ = remove_where(folder, |of| name == of);
        }
    })
}

/// Removes what a process that was killed while it wrote left in `folder`, beside files whose
/// names end in one of `endings`. No other process may be writing such files.
///
/// # Errors
/// [`Problem::Io`](crate::Problem::Io). A folder that does not exist holds nothing to remove.
pub fn remove_unfinished(folder: &Path, endings: &[&str]) -> Result<(), Error> {
    remove_where(folder, |of| {
        endings.iter().any(|ending| of.ends_with(ending))
    })
    .map_err(|error| Error::io("clean", folder, error))
}

/// Removes the unfinished files in `folder` of which `chosen` says so, by the names of the files
/// that they would have become.
fn remove_where(folder: &Path, chosen: impl Fn(&str) -> bool) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        let is_chosen = name.to_str().and_then(unfinished).is_some_and(&chosen);
        if is_chosen && entry.file_type()?.is_file() {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// The file that an unfinished one would have become, by its name: `run.json` of `.run.json.a1B2c3`.
fn unfinished(name: &str) -> Option<&str> {
    let (of, random) = name.strip_prefix('.')?.rsplit_once('.')?;
    let is_random = random.len() == 6 && random.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_random.then_some(of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_half_way_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("codes.idx");
        fs::write(&path, b"old").unwrap();
        replace(&path, |file| {
            file.write_all(b"half of the n")?;
            Err(io::ErrorKind::StorageFull.into())
        })
        .expect_err("the disk is full");
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_a_killed_process_left_is_removed_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.json");
        let mut file = AtomicWriteFile::open(&path).unwrap();
        file.write_all(b"half of the n").unwrap();
        std::mem::forget(file);
        for name in ["notes.json", ".run.json.backup1", ".claims.txt.abcdef"] {
            fs::write(folder.path().join(name), b"").unwrap();
        }
        fs::create_dir(folder.path().join(".run.json.abcdef")).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 5);
        remove_unfinished(folder.path(), &["run.json"]).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 4);
        remove_unfinished(&folder.path().join("absent"), &[""]).unwrap();
    }
}
