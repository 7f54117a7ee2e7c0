//! For every damaged file, the message says what is wrong.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use flate2::{Compression, write::GzEncoder};
use mnist_io::{read, read_at_most};
use proptest::prelude::*;

const U8: u8 = 0x08;
const F64: u8 = 0x0e;

fn idx(code: u8, dimensions: &[u32], data: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, code, dimensions.len() as u8];
    bytes.extend(dimensions.iter().flat_map(|size| size.to_be_bytes()));
    bytes.extend(data);
    bytes
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn file(folder: &Path, bytes: &[u8]) -> PathBuf {
    let path = folder.join("images.idx");
    fs::write(&path, bytes).unwrap();
    path
}

/// The message without the path, which it must begin with.
fn message_at(path: &Path) -> String {
    let message = read(path).expect_err("the file is bad").to_string();
    message
        .strip_prefix(&format!("{}: ", path.display()))
        .expect("the message begins with the path")
        .to_owned()
}

fn message(bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    message_at(&file(folder.path(), bytes))
}

#[test]
fn missing_file() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(message_at(&folder.path().join("absent")), "no such file");
}

#[test]
fn directory() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(
        message_at(folder.path()),
        "expected a file, found a directory"
    );
}

#[test]
fn empty_file() {
    assert_eq!(message(&[]), "expected an IDX file, found it empty");
    assert_eq!(message(&gzip(&[])), "expected an IDX file, found it empty");
}

#[test]
fn another_kind_of_file_is_named() {
    let idx = idx(U8, &[2, 2], &[1; 4]);
    let mut tar = vec![b'a'; 512];
    tar[257..262].copy_from_slice(b"ustar");
    for (bytes, kind) in [
        (
            &b"<!DOCTYPE html><title>Log in</title>"[..],
            "an HTML or XML page",
        ),
        (b"\n  <html>", "an HTML or XML page"),
        (b"<?xml version='1.0'?>", "an HTML or XML page"),
        (b"{\"error\": 404}", "a JSON file"),
        (b" [1, 2]", "a JSON file"),
        (b"Not found", "a text file"),
        (b"PK\x03\x04....", "a zip archive"),
        (b"\xfd7zXZ\0\0", "an xz stream"),
        (b"BZh91AY", "a bzip2 stream"),
        (b"\x28\xb5\x2f\xfd....", "a zstd stream"),
        (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
        (&tar, "a tar archive"),
        (b"\x93NUMPY\x01\0v\0", "a NumPy array"),
        (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
        (b"\x80\x04\x95...", "a Python pickle"),
        (b"\x89PNG\r\n\x1a\n", "a PNG image"),
        (b"\xff\xd8\xff\xe0", "a JPEG image"),
        (
            b"version https://git-lfs.github.com/spec/v1\noid",
            "a pointer of Git LFS",
        ),
        (
            b"\x03\x08\0\0\x02\0\0\0",
            "an IDX file whose bytes are in the wrong order",
        ),
        (&gzip(&idx), "a gzip stream inside a gzip stream"),
        (b"\0PNG", "a file that begins with bytes 00 50 4e 47"),
    ] {
        let expected = format!("expected an IDX file, found {kind}");
        // As it is, but for a gzip stream, and compressed once more.
        if !bytes.starts_with(b"\x1f\x8b") {
            let message = message(bytes);
            assert!(message.starts_with(&expected), "{message}");
        }
        let message = message(&gzip(bytes));
        assert!(message.starts_with(&expected), "{message}");
    }
}

#[test]
fn sizes_in_the_wrong_order_of_bytes_are_named() {
    let swapped = |dimensions: &[u32], count: usize| {
        let dimensions: Vec<u32> = dimensions.iter().map(|size| size.swap_bytes()).collect();
        idx(U8, &dimensions, &vec![7; count])
    };
    // Their product overflows; it does not fit into a gzip stream of this size; it is truncated.
    for (dimensions, count) in [
        (&[10, 28, 28][..], 7840),
        (&[100, 784], 78_400),
        (&[300], 300),
    ] {
        let whole = swapped(dimensions, count);
        for bytes in [gzip(&whole), whole] {
            let message = message(&bytes);
            assert!(
                message.contains("little-endian; IDX is big-endian"),
                "{message}"
            );
        }
        // Otherwise it is only damaged.
        let message = message(&swapped(dimensions, count - 1));
        assert!(!message.contains("little-endian"), "{message}");
    }
}

#[test]
fn unknown_element_type() {
    assert_eq!(
        message(&idx(0x0a, &[1], &[7, 7])),
        "expected an element type of 08, 09 or 0b to 0e, found 0a"
    );
}

#[test]
fn rank_zero() {
    assert_eq!(
        message(&idx(U8, &[], &[7])),
        "expected 1 to 255 dimensions, found 0"
    );
}

#[test]
fn truncated_header_and_dimensions() {
    assert_eq!(
        message(&[0, 0, U8]),
        "truncated: expected 4 bytes of header, found 3"
    );
    let whole = idx(U8, &[2, 3], &[]);
    assert_eq!(
        message(&whole[..9]),
        "truncated: expected 8 bytes of dimensions, found 5"
    );
}

#[test]
fn truncated_data() {
    let bytes = idx(F64, &[2, 3], &[0; 47]);
    let expected = "truncated: expected 48 bytes of data, found 47";
    assert_eq!(message(&bytes), expected);
    assert_eq!(message(&gzip(&bytes)), expected);
}

#[test]
fn trailing_bytes() {
    let bytes = idx(U8, &[2, 3], &[1; 7]);
    let expected = "trailing bytes: expected 6 bytes of data, found more";
    assert_eq!(message(&bytes), expected);
    assert_eq!(message(&gzip(&bytes)), expected);
}

/// The stream is cut, which a reader that inflated all of it would notice.
#[test]
fn gzip_is_not_inflated_beyond_what_the_header_declares() {
    let bomb = gzip(&idx(U8, &[10], &vec![0; 50_000_000]));
    assert_eq!(
        message(&bomb[..bomb.len() / 2]),
        "trailing bytes: expected 10 bytes of data, found more"
    );
}

/// Allocating the declared bytes would abort the process: no machine has 2^62 of them.
#[test]
fn huge_dimensions_allocate_no_memory() {
    assert_eq!(
        message(&idx(U8, &[1 << 16, 1 << 16], &[1; 10])),
        "truncated: expected 4294967296 bytes of data, found 10"
    );
    assert_eq!(
        message(&idx(U8, &[1 << 31, 1 << 31], &[1; 10])),
        "truncated: expected 4611686018427387904 bytes of data, found 10"
    );
}

#[test]
fn overflowing_dimensions() {
    assert_eq!(
        message(&idx(U8, &[u32::MAX; 3], &[1; 10])),
        "shape [4294967295, 4294967295, 4294967295] of u8 overflows: expected at most \
         18446744073709551615 bytes"
    );
    assert_eq!(
        message(&idx(F64, &[1 << 31, 1 << 31], &[1; 10])),
        "shape [2147483648, 2147483648] of f64 overflows: expected at most \
         18446744073709551615 bytes"
    );
}

#[test]
fn truncated_gzip() {
    let whole = gzip(&idx(U8, &[4, 4], &[1; 16]));
    for length in 2..whole.len() {
        assert_eq!(
            message(&whole[..length]),
            "truncated gzip: expected a checksum at its end, found it cut off before",
            "cut to {length} of {} bytes",
            whole.len()
        );
    }
}

#[test]
fn gzip_with_a_wrong_checksum() {
    let mut bytes = gzip(&idx(U8, &[4, 4], &[1; 16]));
    let checksum = bytes.len() - 8;
    bytes[checksum] ^= 1;
    assert_eq!(
        message(&bytes),
        "damaged gzip: corrupt gzip stream does not have a matching checksum"
    );
}

#[test]
fn gzip_with_a_damaged_stream() {
    let mut bytes = gzip(&idx(U8, &[4, 4], &[1; 16]));
    // The first block of a stream, after a header of ten bytes; it has no type 3.
    bytes[10] |= 0b110;
    assert_eq!(message(&bytes), "damaged gzip: corrupt deflate stream");
}

#[test]
fn gzip_followed_by_something_else() {
    let mut bytes = gzip(&idx(U8, &[4, 4], &[1; 16]));
    bytes.extend(b"no gzip header");
    assert_eq!(message(&bytes), "damaged gzip: invalid gzip header");
}

#[test]
fn zeros_after_a_gzip_stream_are_ignored_as_gzip_does() {
    let folder = tempfile::tempdir().unwrap();
    let whole = idx(U8, &[4, 4], b"sixteen elements");
    let array = read(&file(folder.path(), &whole)).unwrap();
    let padded = |parts: &[&[u8]], zeros| {
        let parts = parts
            .iter()
            .map(|part| [&gzip(part)[..], &vec![0; zeros]].concat());
        parts.collect::<Vec<_>>().concat()
    };
    for zeros in [1, 512, 300_000] {
        let one = padded(&[&whole], zeros);
        assert_eq!(read(&file(folder.path(), &one)).unwrap(), array);
        let several = padded(&[&whole[..9], b"", &whole[9..]], zeros);
        assert_eq!(read(&file(folder.path(), &several)).unwrap(), array);
        let message = message(&[&one[..], b"no gzip header"].concat());
        assert_eq!(message, "damaged gzip: invalid gzip header");
    }
}

/// Bytes of a gzip header that mean nothing to the content may change.
#[test]
fn no_flipped_bit_of_a_gzip_changes_the_array() {
    let folder = tempfile::tempdir().unwrap();
    let whole = gzip(&idx(U8, &[4, 4], b"sixteen elements"));
    let array = read(&file(folder.path(), &whole)).unwrap();
    for bit in 0..8 * whole.len() {
        let mut bytes = whole.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        if let Ok(found) = read(&file(folder.path(), &bytes)) {
            assert_eq!(found, array, "bit {bit}");
        }
    }
}

#[test]
fn a_gzip_that_holds_hundreds_of_times_its_size_is_refused_by_its_header() {
    let max = 64 << 20;
    let size = max + 1;
    let bomb = gzip(&idx(U8, &[size], &vec![0; size as usize]));
    assert!(bomb.len() * 200 < max as usize);
    assert_eq!(
        message(&bomb),
        format!("expected at most {max} bytes of data, found dimensions of {size}")
    );
}

#[test]
fn more_than_was_allowed_is_refused_by_its_header() {
    let folder = tempfile::tempdir().unwrap();
    // The data are missing, and are not read.
    let path = file(folder.path(), &idx(F64, &[3, 1], &[]));
    let message = read_at_most(&path, 23).unwrap_err().to_string();
    assert!(
        message.ends_with("expected at most 23 bytes of data, found dimensions of 24"),
        "{message}"
    );
    fs::write(&path, idx(F64, &[3, 1], &[0; 24])).unwrap();
    assert!(read_at_most(&path, 24).is_ok());
}

#[cfg(target_os = "linux")]
#[test]
fn a_pipe_is_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("images.idx");
    let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
    rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, mode, 0).unwrap();
    assert_eq!(
        message_at(&path),
        "expected a file, found a device, a pipe or a socket"
    );
}

proptest! {
    /// A file that reads is one whose elements fill its shape; any other is refused, not panicked at.
    #[test]
    fn arbitrary_bytes_do_not_panic(
        code in 7_u8..16,
        dimensions in prop::collection::vec(0_u32..4, 0..4),
        data in prop::collection::vec(any::<u8>(), 0..40),
        compress in any::<bool>(),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let bytes = idx(code, &dimensions, &data);
        let path = file(folder.path(), &if compress { gzip(&bytes) } else { bytes });
        if let Ok(array) = read(&path) {
            prop_assert_eq!(array.elements().len(), array.shape().iter().product::<usize>());
            prop_assert_eq!(data.len(), array.elements().len() * array.elements().element_type().size());
        }
    }
}
