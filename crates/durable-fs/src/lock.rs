//! One process at a time: a lock on a file. Processes that only read can share it.
//!
//! Some file systems of clusters have no locks. There a lock is granted to everybody: what must hold
//! there too cannot rely on it.

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
/// [`Problem::Directory`] or [`Problem::NotAFile`]; [`Problem::Io`] if the file cannot be written.
pub fn try_lock(path: &Path) -> Result<Option<Lock>, Error> {
    let file = open_to_lock(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Lock { file })),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(reason)) if has_no_locks(&reason) => Ok(Some(Lock { file })),
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
        Err(reason) if has_no_locks(&reason) => Ok(Lock { file }),
        Err(reason) => Err(Error::io("lock", path, reason)),
    }
}

/// Keeps writers away until it is dropped or the process ends.
#[derive(Debug)]
pub struct ReadLock {
    _file: Option<File>,
}

/// Locks the file at `path` for a process that only reads, without creating or changing it; `None` if
/// a writer holds the lock. Other readers may lock it as well. A file that is absent or may not be
/// read, or whose file system has no locks, is not locked: nobody may be able to write there.
///
/// # Errors
/// [`Problem::Directory`] or [`Problem::NotAFile`].
pub fn try_lock_to_read(path: &Path) -> Result<Option<ReadLock>, Error> {
    refuse_other_than_files(path)?;
    let file = File::open(path).ok();
    match file.as_ref().map(File::try_lock_shared) {
        Some(Err(TryLockError::WouldBlock)) => Ok(None),
        _ => Ok(Some(ReadLock { _file: file })),
    }
}

/// Whether the file system says that it has no locks: ENOSYS, EOPNOTSUPP, EBADF, ENOLCK (37, on macOS
/// 77), or 524, the ENOTSUPP of the kernel that some NFS servers let through.
fn has_no_locks(reason: &io::Error) -> bool {
    const ENOLCK: i32 = if cfg!(target_os = "macos") { 77 } else { 37 };
    let number = reason.raw_os_error();
    reason.kind() == io::ErrorKind::Unsupported || [9, ENOLCK, 524].map(Some).contains(&number)
}

/// Opens without truncating: a user may have a file of that name.
fn open_to_lock(path: &Path) -> Result<File, Error> {
    refuse_other_than_files(path)?;
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .map_err(|reason| Error::io("write", path, reason))
}

/// Opening a pipe would wait for its other end.
fn refuse_other_than_files(path: &Path) -> Result<(), Error> {
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => Err(Problem::Directory.at(path)),
        Ok(found) if !found.is_file() => Err(Problem::NotAFile.at(path)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn file_systems_without_locks_say_so_in_several_ways() {
        let of_number = io::Error::from_raw_os_error;
        for number in [9, 37, 38, 95, 524] {
            assert!(has_no_locks(&of_number(number)), "{number}");
        }
        for number in [4, 5, 11, 13, 28] {
            assert!(!has_no_locks(&of_number(number)), "{number}");
        }
    }
}
