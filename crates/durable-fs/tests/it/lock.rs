//! One process at a time.

use std::{fs, thread};

use durable_fs::{lock, try_lock, try_lock_to_read};
use tempfile::TempDir;

#[test]
fn a_lock_is_held_until_it_is_dropped() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("lock");
    let held = try_lock(&path).unwrap();
    assert!(held.is_some());
    assert!(try_lock(&path).unwrap().is_none());
    drop(held);
    assert!(try_lock(&path).unwrap().is_some());
}

#[test]
fn waiting_ends_when_the_lock_is_dropped() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("lock");
    let held = lock(&path).unwrap();
    thread::scope(|scope| {
        let waiting = scope.spawn(|| lock(&path).map(drop));
        assert!(!waiting.is_finished());
        drop(held);
        waiting.join().unwrap().unwrap();
    });
}

#[test]
fn readers_share_the_lock_and_keep_writers_away() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("lock");
    assert!(try_lock_to_read(&path).unwrap().is_some());
    assert!(!path.exists());
    fs::write(&path, "").unwrap();
    let readers = [(); 2].map(|()| try_lock_to_read(&path).unwrap());
    assert!(readers.iter().all(Option::is_some));
    assert!(try_lock(&path).unwrap().is_none());
    drop(readers);
    let writer = try_lock(&path).unwrap();
    assert!(writer.is_some());
    assert!(try_lock_to_read(&path).unwrap().is_none());
}

#[test]
fn a_users_file_of_that_name_keeps_its_content() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("lock");
    fs::write(&path, "notes of a user").unwrap();
    drop(try_lock(&path).unwrap());
    drop(lock(&path).unwrap());
    assert_eq!(fs::read_to_string(path).unwrap(), "notes of a user");
}

#[test]
fn what_cannot_be_locked_is_named() {
    let folder = TempDir::new().unwrap();
    let message = try_lock(folder.path()).unwrap_err().to_string();
    assert!(
        message.ends_with("expected a file, found a directory"),
        "{message}"
    );
    let path = folder.path().join("absent/lock");
    let message = lock(&path).unwrap_err().to_string();
    let start = format!("cannot write {}: ", path.display());
    assert!(message.starts_with(&start), "{message}");
}
