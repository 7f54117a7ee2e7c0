//! A file is there whole or not at all, and looks like any other file.

use std::{fs, io, io::Write as _};

use atomic_write_file::AtomicWriteFile;
use durable_fs::{remove_unfinished, write_atomically, write_atomically_with};

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
fn a_failure_while_writing_leaves_the_old_file_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("codes.idx");
    fs::write(&path, b"old").unwrap();
    write_atomically_with(&path, |file| {
        file.write_all(b"half of the n")?;
        file.flush()?;
        Err(io::ErrorKind::StorageFull.into())
    })
    .expect_err("the disk is full");
    assert_eq!(fs::read(&path).unwrap(), b"old");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn temporary_files_of_a_killed_process_are_removed_and_nothing_else() {
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
