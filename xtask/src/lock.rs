//! One process at a time: two set-ups, or two downloads into one folder, wait for each other.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    path::Path,
};

use anyhow::Context as _;

use crate::output::Output;

/// Locks the file `path`, which is made if need be, and says so if it has to wait. The lock ends
/// with the returned file, or with the process, however that ends.
///
/// # Errors
/// A folder that cannot be written, or a file system without locks.
pub fn lock(output: &Output, path: &Path) -> anyhow::Result<File> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
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
