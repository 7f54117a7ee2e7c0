//! One process at a time: a lock on a file.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io,
    path::Path,
};

use crate::error::{Error, Problem};

/// Holds the lock on a file until it is dropped or the process ends, in whatever way.
#[derive(Debug)]
pub struct Lock {
    file: File,
}

impl Lock {
    /// Another handle of the locked file, for a child process to inherit: the lock then lasts until
    /// that process has ended as well.
    ///
    /// # Errors
    /// The operating system's.
    pub fn try_clone(&self) -> io::Result<File> {
        self.file.try_clone()
    }
}

/// Locks the file at `path`, which is created if needed and whose content stays as it is; `None`
/// if another process holds the lock.
///
/// # Errors
/// [`Problem::Directory`] or [`Problem::NotAFile`]; [`Problem::Io`] if the file cannot be written
/// or its file system has no locks.
pub fn try_lock(path: &Path) -> Result<Option<Lock>, Error> {
    let file = open_to_lock(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Lock { file })),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(reason)) => Err(Error::io("lock", path, reason)),
    }
}

/// Like [`try_lock`], but waits as long as another process holds the lock.
///
/// # Errors
/// Those of [`try_lock`].
pub fn lock(path: &Path) -> Result<Lock, Error> {
    let file = open_to_lock(path)?;
    match file.lock() {
        Ok(()) => Ok(Lock { file }),
        Err(reason) => Err(Error::io("lock", path, reason)),
    }
}

/// Opens without truncating: a user may have a file of that name.
fn open_to_lock(path: &Path) -> Result<File, Error> {
    // Opening a pipe would wait for its other end.
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => return Err(Problem::Directory.at(path)),
        Ok(found) if !found.is_file() => return Err(Problem::NotAFile.at(path)),
        _ => {}
    }
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .map_err(|reason| Error::io("write", path, reason))
}
