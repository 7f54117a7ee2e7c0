//! An IDX file is written whole or not at all.

use std::fs;

use mnist_io::{Elements, IdxArray, read, write};

#[test]
fn a_missing_folder_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("absent").join("codes.idx");
    let array = IdxArray::new(vec![1], Elements::U8(vec![1])).unwrap();
    let message = write(&path, &array).unwrap_err().to_string();
    let start = format!("cannot write {}: ", path.display());
    assert!(message.starts_with(&start), "{message}");
}

#[test]
fn a_directory_in_the_way_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("codes.idx");
    fs::create_dir(&path).unwrap();
    let array = IdxArray::new(vec![1], Elements::U8(vec![1])).unwrap();
    write(&path, &array).expect_err("a directory is not a file");
    assert!(path.is_dir());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[cfg(unix)]
#[test]
fn a_link_keeps_leading_to_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let [link, target] = ["link.idx", "target.idx"].map(|name| folder.path().join(name));
    fs::write(&target, b"old").unwrap();
    std::os::unix::fs::symlink(&target, &link).unwrap();
    let array = IdxArray::new(vec![1], Elements::U8(vec![1])).unwrap();
    write(&link, &array).unwrap();
    assert!(link.is_symlink());
    assert_eq!(read(&target).unwrap(), array);
}
