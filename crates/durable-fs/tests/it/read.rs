//! Regular files up to a limit, and nothing else.

use std::{fs, path::Path};

use durable_fs::{Problem, open, optional, read_at_most};
use tempfile::TempDir;

fn message(path: &Path) -> String {
    let message = open(path).unwrap_err().to_string();
    message.replace(&path.display().to_string(), "FILE")
}

#[test]
fn a_file_of_the_limit_is_read_and_a_larger_one_refused() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, "1234").unwrap();
    assert_eq!(read_at_most(&path, 4).unwrap(), b"1234");
    let error = read_at_most(&path, 3).unwrap_err();
    assert!(
        matches!(error.problem, Problem::TooLarge { max: 3 }),
        "{error}"
    );
    assert!(error.to_string().starts_with(&path.display().to_string()));
}

#[test]
fn a_missing_file_may_be_none() {
    let path = Path::new("no/such/file");
    assert_eq!(message(path), "FILE: no such file");
    assert!(optional(read_at_most(path, 1)).unwrap().is_none());
    let folder = TempDir::new().unwrap();
    assert!(optional(read_at_most(folder.path(), 1)).is_err());
}

#[cfg(unix)]
#[test]
fn folders_pipes_and_devices_are_refused_without_opening_them() {
    let folder = TempDir::new().unwrap();
    assert_eq!(
        message(folder.path()),
        "FILE: expected a file, found a directory"
    );
    let other = "FILE: expected a file, found a device, a pipe or a socket";
    assert_eq!(message(Path::new("/dev/zero")), other);
    let socket = folder.path().join("socket");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    assert_eq!(message(&socket), other);
}
