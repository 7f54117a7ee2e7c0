//! Bad files one by one: each error names the file and what it is.

use std::{fs, io::Write as _, path::Path};

use flate2::{Compression, write::GzEncoder};
use mnist_io::Elements;
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::{copy, error, golden, numpy::npy, write_idx};

const IMAGES: &str = "train-images-idx3-ubyte";

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

/// Writes an `.npz` file.
fn npz(path: &Path, arrays: &[(&str, Vec<u8>)]) {
    let mut archive = ZipWriter::new(fs::File::create(path).unwrap());
    for (name, content) in arrays {
        archive
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap();
}

#[test]
fn the_kind_of_a_wrong_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let png = fs::read(golden("gray.png")).unwrap();
    let array = fs::read(golden("little-u1.npy")).unwrap();
    let cases: [(&[u8], &str); 14] = [
        (
            b"\n<!DOCTYPE html><title>404</title>",
            "an HTML or XML page",
        ),
        (b"<html><body>Log in</body></html>", "an HTML or XML page"),
        (b"{\"error\": \"not found\"}", "a JSON file"),
        (b"PK\x03\x04rest", "a zip archive"),
        (b"\xfd7zXZ\0rest", "an xz stream"),
        (b"7z\xbc\xaf\x27\x1crest", "a 7z archive"),
        (&array, "a NumPy array"),
        (b"\x80\x04\x95rest", "a Python pickle"),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:0",
            "a pointer of Git LFS",
        ),
        (&gzip(b"inner"), "a gzip stream inside a gzip stream"),
        (&png, "a PNG image"),
        (&[3, 8, 0, 0, 2, 0, 0, 0], "little-endian"),
        (b"", "an empty file"),
        (b"some words", "a text file"),
    ];
    for (content, kind) in cases {
        for name in [IMAGES, "train-images-idx3-ubyte.gz"] {
            let path = folder.path().join(name);
            fs::write(
                &path,
                if name == IMAGES {
                    gzip(content)
                } else {
                    content.to_vec()
                },
            )
            .unwrap();
            if name != IMAGES && kind.contains("inside") {
                continue;
            }
            let said = error(folder.path());
            assert!(
                said.contains("expected an IDX file") && said.contains(kind),
                "{said}"
            );
            assert!(said.starts_with(path.to_str().unwrap()), "{said}");
            fs::remove_file(path).unwrap();
        }
    }
    for (name, expected) in [
        (
            "images.npy",
            "expected a NumPy array (.npy), found a PNG image",
        ),
        (
            "images.npz",
            "expected NumPy arrays (.npz), found a PNG image",
        ),
        (
            "images.dat",
            "expected a file of many images (IDX, .npy, .npz), or a folder of images, found a PNG",
        ),
    ] {
        copy("gray.png", &folder.path().join(name));
        let said = error(&folder.path().join(name));
        assert!(said.contains(expected), "{said}");
    }
    let page = folder.path().join("pictures/a.png");
    copy("make_golden.py", &page);
    let said = error(page.parent().unwrap());
    assert!(
        said.contains("expected a PNG, JPEG or BMP image, found a text file"),
        "{said}"
    );
}

#[test]
fn a_folder_without_images_says_what_it_has() {
    let folder = tempfile::tempdir().unwrap();
    let said = error(folder.path());
    assert!(said.ends_with("found an empty folder"), "{said}");
    fs::write(folder.path().join("batch_1"), b"\x80\x04rest").unwrap();
    fs::write(folder.path().join("readme"), b"hello").unwrap();
    fs::create_dir(folder.path().join("more")).unwrap();
    let said = error(folder.path());
    assert!(said.contains("batch_1 (a Python pickle"), "{said}");
    assert!(
        said.contains("readme (a text file), the folder more without any of these"),
        "{said}"
    );
    let outer = tempfile::tempdir().unwrap();
    let inner = outer.path().join("cifar/batches");
    fs::create_dir_all(&inner).unwrap();
    fs::write(inner.join("batch_1"), b"\x80\x04rest").unwrap();
    let said = error(outer.path());
    assert!(said.starts_with(inner.to_str().unwrap()), "{said}");
    let said = error(&folder.path().join("none"));
    assert!(said.ends_with("none: no such file"), "{said}");
}

#[test]
fn test_images_alone_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    write_idx(
        &folder.path().join("t10k-images-idx3-ubyte"),
        &[1, 1, 1],
        Elements::U8(vec![1]),
    );
    let expected = "expected images for training beside the images for testing, found none";
    assert!(error(folder.path()).contains(expected));
    let folder = tempfile::tempdir().unwrap();
    copy("gray.png", &folder.path().join("test/a/1.png"));
    assert!(error(folder.path()).contains(expected));
    fs::create_dir(folder.path().join("train")).unwrap();
    assert!(error(folder.path()).contains(expected));
    let folder = tempfile::tempdir().unwrap();
    copy("little-u1.npy", &folder.path().join("x_test.npy"));
    copy("little-u1.npy", &folder.path().join("y_test.npy"));
    assert!(error(folder.path()).contains(expected));
}

#[test]
fn images_labels_and_test_images_must_agree() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    write_idx(&path(IMAGES), &[2, 1, 2], Elements::U8(vec![1, 2, 3, 4]));
    write_idx(
        &path("train-labels-idx1-ubyte"),
        &[3],
        Elements::U8(vec![1, 2, 3]),
    );
    let said = error(folder.path());
    assert!(
        said.ends_with("train-labels-idx1-ubyte: expected 2 labels, one for each image, found 3"),
        "{said}"
    );
    write_idx(
        &path("train-labels-idx1-ubyte"),
        &[2],
        Elements::F32(vec![1.0, 2.5]),
    );
    let said = error(folder.path());
    assert!(
        said.ends_with("expected whole numbers as labels, found 2.5 at index 1"),
        "{said}"
    );
    write_idx(
        &path("train-labels-idx1-ubyte"),
        &[2, 1, 1],
        Elements::U8(vec![1, 2]),
    );
    let said = error(folder.path());
    assert!(said.ends_with("found shape [2, 1, 1]"), "{said}");
    fs::remove_file(path("train-labels-idx1-ubyte")).unwrap();
    write_idx(
        &path("t10k-images-idx3-ubyte"),
        &[1, 2, 2],
        Elements::U8(vec![1, 2, 3, 4]),
    );
    let said = error(folder.path());
    assert!(
        said.ends_with(
            "expected test images of 1 x 2, as the images for training are, found 2 x 2"
        ),
        "{said}"
    );
}

#[test]
fn pixels_that_are_not_finite_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("images.npy");
    for (value, name) in [(f64::NAN, "NaN"), (f64::INFINITY, "inf"), (1e300, "inf")] {
        let values = [0.0, 0.5, 0.0, 0.0, 0.0, value];
        let data: Vec<u8> = values
            .iter()
            .flat_map(|value: &f64| value.to_le_bytes())
            .collect();
        fs::write(&path, npy("<f8", "(3, 1, 2)", &data)).unwrap();
        let said = error(&path);
        let expected =
            format!("expected finite pixels, found {name} in image 2, at index 1 of its pixels");
        assert!(said.ends_with(&expected), "{said}");
    }
}

#[test]
fn shapes_that_no_set_has_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("images.npy");
    for shape in ["(0, 2, 2)", "(2, 0, 2)", "(2, 2, 0, 3)", "(0,)"] {
        fs::write(&path, npy("|u1", shape, &[])).unwrap();
        let said = error(&path);
        assert!(said.contains("none of them 0; found shape ["), "{said}");
    }
    for shape in ["(2,)", "()", "(1, 5, 6, 7)", "(1, 1, 1, 1, 2)"] {
        let count = match shape {
            "(2,)" | "(1, 1, 1, 1, 2)" => 2,
            "()" => 1,
            _ => 210,
        };
        fs::write(&path, npy("|u1", shape, &vec![1; count])).unwrap();
        let said = error(&path);
        assert!(
            said.contains("expected images of shape [N, H, W]"),
            "{said}"
        );
    }
}

#[test]
fn sizes_that_no_file_can_have_take_no_memory() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("images.npy");
    for (shape, expected) in [
        (
            "(1152921504606846976, 4, 4)",
            "expected at most 8589934592 pixels in all, found 1152921504606846976 x 4 x 4",
        ),
        ("(4294967296, 4294967296, 4294967296)", "expected at most"),
        (
            "(8, 1000, 1000)",
            "truncated: expected 8000000 bytes of data, found",
        ),
        ("(36893488147419103232, 1, 1)", "damaged header"),
    ] {
        fs::write(&path, npy("|u1", shape, &[1; 20])).unwrap();
        let said = error(&path);
        assert!(said.contains(expected), "{said}");
    }
    let path = folder.path().join("images.npz");
    npz(
        &path,
        &[("images.npy", npy("|u1", "(4, 10000, 10000)", &[1; 20]))],
    );
    let said = error(&path);
    assert!(
        said.contains("array images: expected at most 67108864 bytes of data from"),
        "{said}"
    );
    let path = folder.path().join(IMAGES);
    fs::write(
        &path,
        [
            0, 0, 8, 3, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        ],
    )
    .unwrap();
    let said = error(&path);
    assert!(
        said.contains("overflows") || said.contains("expected at most"),
        "{said}"
    );
    // A PNG of some bytes that claims 10^10 pixels.
    let path = folder.path().join("huge/a.png");
    copy("gray.png", &path);
    let mut png = fs::read(&path).unwrap();
    png[16..24].copy_from_slice(&[0, 1, 134, 160, 0, 1, 134, 160]);
    let checksum = crc32(&png[12..29]);
    png[29..33].copy_from_slice(&checksum.to_be_bytes());
    fs::write(&path, png).unwrap();
    let said = error(path.parent().unwrap());
    assert!(said.contains("cannot decode this image: "), "{said}");
}

/// The checksum of a part of a PNG file.
fn crc32(bytes: &[u8]) -> u32 {
    let mut sum = flate2::Crc::new();
    sum.update(bytes);
    sum.sum()
}

#[test]
fn truncated_files_are_refused_wherever_they_end() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["little-f4.npy", "digits.npz", "rgb.png"] {
        let whole = fs::read(golden(name)).unwrap();
        let path = folder.path().join(name).join(name);
        copy(name, &path);
        for length in (1..whole.len()).step_by(7) {
            fs::write(&path, &whole[..length]).unwrap();
            let result = image_sets::read(path.parent().unwrap(), &Default::default());
            // Of a PNG, all rows may be there without the end of the file.
            assert!(
                result.is_err() || name == "rgb.png" && length + 16 > whole.len(),
                "{name} {length}"
            );
        }
    }
    let path = folder.path().join("long.npy");
    let mut long = fs::read(golden("little-f4.npy")).unwrap();
    long.push(0);
    fs::write(&path, long).unwrap();
    let said = error(&path);
    assert!(
        said.ends_with("trailing bytes: expected 96 bytes of data, found more"),
        "{said}"
    );
}

#[test]
fn arrays_of_other_things_than_numbers_are_refused() {
    for (name, found) in [
        ("objects.npy", "|O"),
        ("strings.npy", "<U3"),
        ("complex.npy", "<c8"),
        ("records.npy", "a record"),
    ] {
        let said = error(&golden(name));
        assert!(
            said.contains("expected an array of numbers, found elements of type"),
            "{said}"
        );
        assert!(said.contains(found), "{said}");
    }
}

#[test]
fn damaged_headers_are_quoted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("images.npy");
    let good = npy("|u1", "(1, 1, 1)", &[1]);
    for (from, to) in [
        ("descr", "descx"),
        ("False", "Falze"),
        ("(1, 1, 1)", "(1, -, 1)"),
        ("'shape'", "'shade'"),
    ] {
        let text = String::from_utf8_lossy(&good[10..]).replace(from, to);
        fs::write(&path, [&good[..10], text.as_bytes()].concat()).unwrap();
        let said = error(&path);
        assert!(
            said.contains("damaged header") && said.contains(to),
            "{said}"
        );
    }
}

#[test]
fn an_array_that_cannot_be_used_is_named_by_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let images = folder.path().join("x_train.npy");
    fs::write(&images, npy("|u1", "(2, 1, 1)", &[1, 200])).unwrap();
    let labels = folder.path().join("y_train.npy");
    for label in [0.5_f64, 16_777_217.0 * 2.0, f64::NAN] {
        fs::write(
            &labels,
            npy("<f8", "(2,)", &[0.0, label].map(f64::to_le_bytes).concat()),
        )
        .unwrap();
        let said = error(folder.path());
        assert!(said.starts_with(labels.to_str().unwrap()), "{said}");
        assert!(
            said.contains("expected whole numbers as labels") && said.ends_with("at index 1"),
            "{said}"
        );
    }
}

#[test]
fn test_images_of_another_scale_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("x_train.npy"), npy("|u1", "(2, 1, 1)", &[1, 200])).unwrap();
    fs::write(
        path("x_test.npy"),
        npy("<f4", "(1, 1, 1)", &0.5_f32.to_le_bytes()),
    )
    .unwrap();
    let said = error(folder.path());
    assert!(said.contains("expected test images of bytes"), "{said}");
}
