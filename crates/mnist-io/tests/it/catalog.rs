//! The known files have the digests of the catalog.

use std::{
    env,
    fs::{self, File},
    io::{self, Read as _},
    path::PathBuf,
};

use flate2::{Compression, write::GzEncoder};
use mnist_io::catalog::{FASHION_TEST, FASHION_TRAIN, KnownFile, MNIST, content_sha256};

fn data() -> PathBuf {
    PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../../data")
}

#[test]
fn the_files_of_this_repository_are_the_known_ones() {
    for known in MNIST.iter().chain(&FASHION_TEST) {
        known.verify(&data()).unwrap();
    }
}

#[test]
fn the_list_for_checking_by_hand_has_the_same_digests() {
    let mut catalog: Vec<String> = [&MNIST[..], &FASHION_TEST, &FASHION_TRAIN]
        .concat()
        .iter()
        .map(|known| {
            let content = known.path.strip_suffix(".gz").unwrap();
            format!("{}  {content}", known.sha256)
        })
        .collect();
    let list = fs::read_to_string(data().join("SHA256SUMS")).unwrap();
    let mut list: Vec<&str> = list.lines().collect();
    catalog.sort();
    list.sort();
    assert_eq!(list, catalog);
}

/// "abc" is the example of the standard, FIPS 180-4; the gzip of it was made by `gzip -n`.
#[test]
fn the_digest_is_that_of_the_decompressed_content() {
    let folder = tempfile::tempdir().unwrap();
    let [plain, compressed] = ["abc", "abc.gz"].map(|name| folder.path().join(name));
    fs::write(&plain, b"abc").unwrap();
    fs::write(
        &compressed,
        b"\x1f\x8b\x08\0\0\0\0\0\0\x03KLJ\x06\0\xc2A\x245\x03\0\0\0",
    )
    .unwrap();
    let known = KnownFile {
        path: "abc.gz",
        sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    };
    assert_eq!(content_sha256(&plain).unwrap(), known.sha256);
    known.verify(folder.path()).unwrap();
}

#[test]
fn other_content_is_refused_with_both_digests() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, b"abc").unwrap();
    let known = KnownFile {
        path: "file",
        sha256: "0000",
    };
    assert_eq!(
        known.verify(folder.path()).unwrap_err().to_string(),
        format!(
            "{}: expected content of SHA-256 0000, found \
             ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            path.display()
        )
    );
}

#[test]
fn a_truncated_download_is_told_from_other_content() {
    let folder = tempfile::tempdir().unwrap();
    let whole = fs::read(data().join(MNIST[3].path)).unwrap();
    let path = folder.path().join("labels.gz");
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    assert_eq!(
        content_sha256(&path).unwrap_err().to_string(),
        format!(
            "{}: truncated gzip: expected a checksum at its end, found it cut off before",
            path.display()
        )
    );
}

#[test]
fn a_small_file_that_expands_without_end_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("zeros.gz");
    let mut encoder = GzEncoder::new(File::create(&path).unwrap(), Compression::fast());
    io::copy(&mut io::repeat(0).take((64 << 20) + 1), &mut encoder).unwrap();
    encoder.finish().unwrap();
    assert_eq!(
        content_sha256(&path).unwrap_err().to_string(),
        format!(
            "{}: expected at most 67108864 bytes of content, found more",
            path.display()
        )
    );
}

#[test]
fn a_known_file_that_is_another_kind_is_named_rather_than_its_digest() {
    let folder = tempfile::tempdir().unwrap();
    let file = MNIST[0];
    let path = folder.path().join(file.path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(
        &path,
        "version https://git-lfs.github.com/spec/v1\noid sha256:1\n",
    )
    .unwrap();
    let message = file.verify(folder.path()).unwrap_err().to_string();
    assert!(message.contains("found a pointer of Git LFS"), "{message}");
}
