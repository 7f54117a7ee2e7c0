//! One process at a time: two set-ups, or two downloads into one folder, wait for each other.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    path::Path,
};

use anyhow::{Context as _, ensure};

use crate::output::Output;

/// Locks the file `path`, which is made if need be, and says so if it has to wait. The lock ends
/// with the returned file, or with the process, however that ends.
///
/// # Errors
/// A folder that cannot be written, something else than a file in its place, or a file system
/// without locks.
pub fn lock(output: &Output, path: &Path) -> anyhow::Result<File> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    // A pipe would be waited for, a folder cannot be locked.
    ensure!(
        fs::metadata(path).map_or(true, |found| found.is_file()),
        "expected a file or nothing at {}, found something else; remove it",
        path.display()
    );
    // What a user may have in a file of that name stays.
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .with_context(|| format!("cannot write {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            output.line(format!(
                "waiting for another process that holds {}",
                path.display()
            ));
            file.lock()
                .with_context(|| format!("cannot lock {}", path.display()))?;
        }
        Err(TryLockError::Error(error)) => {
            return Err(error).with_context(|| format!("cannot lock {}", path.display()));
        }
    }
    Ok(file)
}
