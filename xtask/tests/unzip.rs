//! Archives that are not what they should be.

mod support;

use std::{
    fs,
    io::{Cursor, Write},
    path::{Path, PathBuf},
};

use support::{names_in, zip_of};
use xtask::{output::Output, unzip::unzip};
use zip::{ZipWriter, write::SimpleFileOptions};

/// Bytes that an archive may have when it is unpacked.
const LARGEST: u64 = 1000;

/// Unpacks all of an archive; gives the names in the folder and the error.
fn unpack(archive: &[u8]) -> (Vec<String>, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("archive.zip");
    fs::write(&path, archive).unwrap();
    let target = folder.path().join("outer/inner");
    fs::create_dir_all(&target).unwrap();
    let error = unzip(&Output::recording(), &path, &target, LARGEST, |path| {
        Some(path.to_owned())
    })
    .map_or_else(|error| format!("{error:#}"), |()| String::new());
    assert_eq!(names_in(&folder.path().join("outer")), ["inner"]);
    (names_in(&target), error)
}

#[test]
fn only_the_wanted_files_are_unpacked_and_where_they_are_wanted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("archive.zip");
    fs::write(
        &path,
        zip_of(&[("top/a", "content of a"), ("top/b", "content of b")]),
    )
    .unwrap();
    let target = folder.path().join("target");
    unzip(&Output::recording(), &path, &target, LARGEST, |path| {
        (path == Path::new("top/a")).then(|| PathBuf::from("deep/er/a"))
    })
    .unwrap();
    assert_eq!(
        fs::read_to_string(target.join("deep/er/a")).unwrap(),
        "content of a"
    );
    assert_eq!(names_in(&target), ["deep"]);
}

#[test]
fn an_archive_with_a_path_that_leaves_the_folder_is_refused_whole() {
    for path in ["../x", "a/../../x", "/tmp/x", "a/./../x"] {
        let (unpacked, error) = unpack(&zip_of(&[("good", ""), (path, "")]));
        assert!(
            error.contains(&format!("{path:?}, which leads out of it")),
            "{error}"
        );
        assert!(unpacked.is_empty(), "{unpacked:?}");
    }
}

#[test]
fn a_name_with_control_characters_is_refused() {
    for name in ["a\nb", "\u{1b}]0;title\u{7}", "a\0b"] {
        let (unpacked, error) = unpack(&zip_of(&[("good", ""), (name, "")]));
        assert!(error.contains("control characters"), "{error}");
        assert!(!error.contains(name), "{error}");
        assert!(unpacked.is_empty(), "{unpacked:?}");
    }
}

#[test]
fn an_archive_of_too_many_files_is_refused() {
    let names = (0..=100_000).map(|number| (number.to_string(), ""));
    let (unpacked, error) = unpack(&zip_of(&names.collect::<Vec<_>>()));
    assert!(
        error.contains("expected 100000 files at most, found 100001"),
        "{error}"
    );
    assert!(unpacked.is_empty(), "{unpacked:?}");
}

#[test]
fn an_archive_with_a_link_is_refused_whole() {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer
        .start_file("good", SimpleFileOptions::default())
        .unwrap();
    writer
        .add_symlink("link", "/etc", SimpleFileOptions::default())
        .unwrap();
    writer
        .start_file("link/x", SimpleFileOptions::default())
        .unwrap();
    writer.write_all(b"content").unwrap();
    let (unpacked, error) = unpack(&writer.finish().unwrap().into_inner());
    assert!(error.contains("the link \"link\""), "{error}");
    assert!(unpacked.is_empty(), "{unpacked:?}");
}

#[test]
fn a_damaged_archive_is_an_error() {
    let content = "a sentence that is long enough to be found again. ".repeat(3);
    let whole = zip_of(&[("a", content.as_bytes())]);
    let (_, error) = unpack(&whole[..whole.len() / 2]);
    assert!(error.contains("archive.zip is no zip file"), "{error}");

    let mut damaged = whole.clone();
    // Past the local header of 30 bytes and the name of 1.
    damaged[40] ^= 0xff;
    let (_, error) = unpack(&damaged);
    assert!(error.contains("cannot unpack archive.zip"), "{error}");
}

#[test]
fn an_archive_that_would_grow_beyond_bounds_is_refused_whole() {
    let (unpacked, error) = unpack(&zip_of(&[("good", ""), ("zeros", &"0".repeat(1001))]));
    assert!(
        error.contains("expected 1000 bytes at most when unpacked, found 1001"),
        "{error}"
    );
    assert!(unpacked.is_empty(), "{unpacked:?}");
}

#[test]
fn a_file_that_is_larger_than_it_says_is_not_unpacked_further() {
    let honest = zip_of(&[("zeros", "0".repeat(900_000))]);
    let mut lying = honest.clone();
    // The size before compression, in the file's own header and in the directory at the end.
    let size = 900_000u32.to_le_bytes();
    let places: Vec<_> = (0..honest.len() - 4)
        .filter(|&place| honest[place..place + 4] == size)
        .collect();
    assert_eq!(places.len(), 2);
    for place in places {
        lying[place..place + 4].copy_from_slice(&10u32.to_le_bytes());
    }
    let (_, error) = unpack(&lying);
    assert!(error.contains("zeros"), "{error}");
    let (_, error) = unpack(&honest);
    assert!(error.contains("at most"), "{error}");
}
