//! A file is there whole or not at all, and looks like any other file.

use std::fs;

use durable_fs::write_atomically;

#[test]
fn an_old_file_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.json");
    write_atomically(&path, b"a longer old text").unwrap();
    write_atomically(&path, b"new").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"new");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[cfg(unix)]
#[test]
fn a_new_file_has_the_usual_permissions() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let [usual, atomic] = ["usual", "atomic"].map(|name| folder.path().join(name));
    fs::write(&usual, b"text").unwrap();
    write_atomically(&atomic, b"text").unwrap();
    let [usual, atomic] =
        [usual, atomic].map(|path| fs::metadata(path).unwrap().permissions().mode());
    assert_eq!(atomic, usual, "{atomic:o} instead of {usual:o}");
}

#[test]
fn a_missing_folder_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("absent").join("run.json");
    let message = write_atomically(&path, b"new").unwrap_err().to_string();
    let start = format!("cannot write {}: ", path.display());
    assert!(message.starts_with(&start), "{message}");
}

#[test]
fn a_directory_in_the_way_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.json");
    fs::create_dir(&path).unwrap();
    write_atomically(&path, b"new").expect_err("a directory is not a file");
    assert!(path.is_dir());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[cfg(unix)]
#[test]
fn a_link_keeps_leading_to_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let [link, target] = ["link.json", "target.json"].map(|name| folder.path().join(name));
    fs::write(&target, b"old").unwrap();
    std::os::unix::fs::symlink(&target, &link).unwrap();
    write_atomically(&link, b"new").unwrap();
    assert!(link.is_symlink());
    assert_eq!(fs::read(&target).unwrap(), b"new");
}
