//! What a user without the permission sees. Root may read and write everything, so these tests
//! give up that privilege, on a separate thread.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::Path,
    thread,
};

use mnist_io::{Elements, Error, IdxArray, Problem, read, write};
use rustix::thread::{CapabilitySet, CapabilitySets, set_capabilities};

fn without_privileges<T: Send>(act: impl FnOnce() -> T + Send) -> T {
    let none = CapabilitySets {
        effective: CapabilitySet::empty(),
        permitted: CapabilitySet::empty(),
        inheritable: CapabilitySet::empty(),
    };
    thread::scope(|scope| {
        let thread = scope.spawn(|| {
            set_capabilities(None, none).expect("anyone may give up privileges");
            act()
        });
        thread.join().unwrap()
    })
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn array(value: u8) -> IdxArray {
    IdxArray::new(vec![1], Elements::U8(vec![value])).unwrap()
}

#[test]
fn a_file_that_may_not_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret.idx");
    write(&path, &array(1)).unwrap();
    set_mode(&path, 0o000);
    let error = without_privileges(|| read(&path)).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("{}: no permission to read this file", path.display())
    );
}

#[test]
fn a_folder_that_may_not_be_written_keeps_its_old_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("codes.idx");
    write(&path, &array(1)).unwrap();
    set_mode(folder.path(), 0o555);
    let result = without_privileges(|| write(&path, &array(2)));
    set_mode(folder.path(), 0o755);
    let Err(Error {
        problem: Problem::File(durable_fs::Problem::Io { reason, .. }),
        ..
    }) = result
    else {
        panic!("expected a refusal to write, found {result:?}");
    };
    assert_eq!(reason.kind(), std::io::ErrorKind::PermissionDenied);
    assert_eq!(read(&path).unwrap(), array(1));
}
