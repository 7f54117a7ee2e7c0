//! Lists of digests: damage is found and named, and a foreign list leads nowhere.

use std::{fs, path::PathBuf};

use durable_fs::checksums::{NAME, read, verify, write};
use tempfile::TempDir;

/// A folder of two files with their list.
fn listed() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("arrays")).unwrap();
    fs::write(folder.path().join("model"), "weights").unwrap();
    fs::write(folder.path().join("arrays/code"), "").unwrap();
    let files = ["model", "arrays/code"].map(PathBuf::from);
    write(folder.path(), &files).unwrap();
    folder
}

#[test]
fn the_list_has_the_form_of_sha256sum() {
    let folder = listed();
    let list = fs::read_to_string(folder.path().join(NAME)).unwrap();
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert!(
        list.ends_with(&format!("\n{empty}  arrays/code\n")),
        "{list}"
    );
    assert_eq!(verify(folder.path()).unwrap().unwrap().len(), 2);
}

#[test]
fn without_a_list_nothing_is_checked() {
    let folder = TempDir::new().unwrap();
    assert_eq!(verify(folder.path()).unwrap(), None);
}

#[test]
fn a_changed_and_a_missing_file_are_named() {
    let folder = listed();
    fs::write(folder.path().join("arrays/code"), "x").unwrap();
    let message = verify(folder.path()).unwrap_err().to_string();
    for part in ["arrays/code: ", "expected content of SHA-256 e3b0c442"] {
        assert!(message.contains(part), "{message}");
    }
    fs::remove_file(folder.path().join("model")).unwrap();
    let message = verify(folder.path()).unwrap_err().to_string();
    assert!(message.ends_with("model: no such file"), "{message}");
}

#[test]
fn a_line_without_a_path_in_the_folder_is_refused() {
    let folder = listed();
    let digest = "0".repeat(64);
    let short = &digest[1..];
    for line in [
        format!("{digest}  ../model"),
        format!("{digest}  /etc/hostname"),
        format!("{digest}  arrays/../../model"),
        format!("{digest}  "),
        format!("{digest} model"),
        format!("{short}  model"),
        format!("{short}g  model"),
        "\u{1b}]0;title\u{7}".to_owned(),
        "\u{fffd}".to_owned(),
    ] {
        let mut list = format!("{digest}  model\n{line}\n").into_bytes();
        // A damaged disk can give bytes that are not UTF-8.
        list.iter_mut()
            .filter(|byte| **byte == 0xef)
            .for_each(|byte| *byte = 0xff);
        fs::write(folder.path().join(NAME), list).unwrap();
        let message = read(folder.path()).unwrap_err().to_string();
        assert!(message.contains(NAME), "{message}");
        assert!(message.ends_with("as line 2"), "{message}");
        assert!(!message.contains('\u{1b}'), "{message}");
    }
}
