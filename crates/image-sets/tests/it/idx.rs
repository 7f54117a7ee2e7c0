//! IDX files under the names that data sets give them.

use std::{env, path::Path};

use image_sets::{ImageArray, Options, Pixels};
use mnist_io::{Elements, catalog};

use crate::{batches::pixels, bytes, error, has_note, read, write_idx};

/// Writes `count` images of 2 x 3 whose first pixel is `first`.
fn images(path: &Path, count: usize, first: u8) {
    let pixels = (0..count * 6).map(|index| first + index as u8).collect();
    write_idx(path, &[count, 2, 3], Elements::U8(pixels));
}

fn labels(path: &Path, labels: &[u8]) {
    write_idx(path, &[labels.len()], Elements::U8(labels.to_vec()));
}

#[test]
fn every_spelling_is_found() {
    let spellings = [
        [
            "train-images-idx3-ubyte.gz",
            "train-labels-idx1-ubyte.gz",
            "t10k-images-idx3-ubyte.gz",
            "t10k-labels-idx1-ubyte.gz",
        ],
        [
            "train-images-idx3-ubyte",
            "train-labels-idx1-ubyte",
            "t10k-images-idx3-ubyte",
            "t10k-labels-idx1-ubyte",
        ],
        [
            "train-images.idx3-ubyte",
            "train-labels.idx1-ubyte",
            "t10k-images.idx3-ubyte",
            "t10k-labels.idx1-ubyte",
        ],
        [
            "train-images-idx3-ubyte",
            "train-labels-idx1-ubyte.gz",
            "test-images-idx3-ubyte",
            "test-labels-idx1-ubyte",
        ],
        [
            "emn-train-images-idx3-ubyte.gz",
            "emn-train-labels-idx1-ubyte.gz",
            "emn-test-images-idx3-ubyte.gz",
            "emn-test-labels-idx1-ubyte.gz",
        ],
        [
            "qmnist-train-images-idx3-ubyte",
            "qmnist-train-labels-idx2-int",
            "qmnist-test-images-idx3-ubyte",
            "qmnist-test-labels-idx2-int",
        ],
        [
            "Train-Images.IDX",
            "Train-Labels.IDX",
            "Test-Images.IDX",
            "Test-Labels.IDX",
        ],
    ];
    for folder_of_files in ["", "MNIST/raw", "deeper"] {
        for [a, b, c, d] in spellings {
            let root = tempfile::tempdir().unwrap();
            let folder = root.path().join(folder_of_files);
            images(&folder.join(a), 3, 10);
            labels(&folder.join(b), &[5, 200, 7]);
            images(&folder.join(c), 2, 100);
            labels(&folder.join(d), &[1, 2]);
            let source = read(root.path());
            assert_eq!(source.training.len(), 3, "{a}");
            assert_eq!(source.training.labels(), Some(&[5, 200, 7][..]));
            assert_eq!(bytes(&source.training)[0], 10);
            let test = source.test.unwrap();
            assert_eq!((test.len(), bytes(&test)[0]), (2, 100), "{c}");
            assert_eq!(test.labels(), Some(&[1, 2][..]));
            let named: Vec<&String> = test.files().keys().collect();
            let expected = Path::new(folder_of_files).join(c);
            assert_eq!(named[0], expected.to_str().unwrap());
        }
    }
}

#[test]
fn a_file_brings_along_what_belongs_to_it() {
    let folder = tempfile::tempdir().unwrap();
    for prefix in ["emnist-letters-", "emnist-balanced-"] {
        images(
            &folder
                .path()
                .join(format!("{prefix}train-images-idx3-ubyte")),
            2,
            0,
        );
        labels(
            &folder
                .path()
                .join(format!("{prefix}train-labels-idx1-ubyte")),
            &[26, 1],
        );
        images(
            &folder
                .path()
                .join(format!("{prefix}test-images-idx3-ubyte")),
            1,
            0,
        );
    }
    let several = error(folder.path());
    let expected = "found several: emnist-balanced-train-images-idx3-ubyte, emnist-letters-train";
    assert!(several.contains(expected), "{several}");

    let source = read(&folder.path().join("emnist-letters-train-images-idx3-ubyte"));
    assert_eq!(source.training.labels(), Some(&[26, 1][..]));
    let test = source.test.unwrap();
    assert_eq!((test.len(), test.labels()), (1, None));
    assert!(has_note(&test, "no labels"));
    // It is stored with rows and columns exchanged.
    assert_eq!(source.training.shape().to_string(), "3 x 2");
    assert_eq!(bytes(&source.training)[..6], [0, 3, 1, 4, 2, 5]);
    assert!(has_note(&source.training, "turned upright"));

    let alone = read(&folder.path().join("emnist-letters-test-images-idx3-ubyte"));
    assert_eq!((alone.training.len(), alone.test), (1, None));
}

#[test]
fn a_file_of_any_name_is_a_set() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("digits");
    images(&path, 4, 0);
    let source = read(&path);
    assert_eq!((source.training.len(), source.test), (4, None));
}

#[test]
fn labels_may_have_any_integer_type_and_value() {
    let folder = tempfile::tempdir().unwrap();
    images(&folder.path().join("train-images-idx3-ubyte"), 3, 0);
    let path = folder.path().join("train-labels-idx1-ubyte");
    for (shape, elements, expected) in [
        (vec![3], Elements::I32(vec![-1, 70_000, 4]), [-1, 70_000, 4]),
        (vec![3, 1], Elements::I16(vec![-1, 300, 4]), [-1, 300, 4]),
        (vec![3], Elements::I8(vec![-128, 0, 4]), [-128, 0, 4]),
        (vec![3], Elements::F64(vec![1.0, 2.0, 4.0]), [1, 2, 4]),
        // QMNIST: class, series, writer and so on.
        (vec![3, 8], Elements::I32((0..24).collect()), [0, 8, 16]),
        // One-hot.
        (
            vec![3, 3],
            Elements::U8(vec![0, 1, 0, 0, 0, 1, 1, 0, 0]),
            [1, 2, 0],
        ),
    ] {
        write_idx(&path, &shape, elements);
        let set = read(folder.path()).training;
        assert_eq!(set.labels(), Some(&expected[..]), "{shape:?}");
        assert_eq!(has_note(&set, "columns"), shape == [3, 8]);
    }
}

#[test]
fn images_may_have_channels_first_or_last_and_any_type() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("train-images-idx4-ubyte");
    let planes: Vec<u8> = (0..24).collect();
    write_idx(&path, &[1, 3, 2, 4], Elements::U8(planes.clone()));
    let set = read(folder.path()).training;
    assert_eq!(
        (set.shape().to_string(), bytes(&set)),
        ("3 x 2 x 4".into(), &planes[..])
    );

    let interleaved = (0..24)
        .map(|index| planes[index % 3 * 8 + index / 3])
        .collect();
    write_idx(&path, &[1, 2, 4, 3], Elements::U8(interleaved));
    let set = read(folder.path()).training;
    assert_eq!(
        (set.shape().to_string(), bytes(&set)),
        ("3 x 2 x 4".into(), &planes[..])
    );

    write_idx(
        &path,
        &[2, 2, 2, 1],
        Elements::F32((0..8).map(|value| value as f32 / 8.0).collect()),
    );
    let set = read(folder.path()).training;
    assert_eq!(
        (set.shape().to_string(), set.value_range()),
        ("2 x 2".into(), (0.0, 0.875))
    );
    assert!(matches!(set.pixels(), Pixels::F32(_)));
}

#[test]
fn several_sets_below_a_folder_are_named() {
    let root = tempfile::tempdir().unwrap();
    images(&root.path().join("MNIST/raw/train-images-idx3-ubyte"), 1, 0);
    images(
        &root.path().join("FashionMNIST/raw/train-images-idx3-ubyte"),
        1,
        0,
    );
    let several = error(root.path());
    assert!(
        several.ends_with("found several: FashionMNIST, MNIST; name one of them"),
        "{several}"
    );
    let one = read(&root.path().join("MNIST/raw"));
    assert_eq!(one.training.len(), 1);
}

#[test]
fn odd_pixels_are_noted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("train-images-idx3-ubyte");
    for (pixels, note) in [
        (vec![0, 1, 1, 0], "0 or 1 of 0-255"),
        (vec![0, 16, 9, 0], "from 0 to 16 of 0-255"),
        (vec![0, 200, 0, 200], "All 2 images are equal."),
        (vec![9, 9, 9, 9], "All pixels of all images are equal."),
    ] {
        write_idx(&path, &[2, 1, 2], Elements::U8(pixels));
        let set = read(folder.path()).training;
        assert!(has_note(&set, note), "{:?}", set.notes());
    }
    let pixels = vec![0, 200, 7, 7, 80, 90, 30, 0, 7, 7, 0, 60];
    write_idx(&path, &[2, 3, 1, 2], Elements::U8(pixels));
    assert!(has_note(
        &read(folder.path()).training,
        "Channel 1 is the same"
    ));
}

#[test]
fn the_real_mnist_is_read_and_known_by_its_digests() {
    let data = Path::new(&env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../../data/mnist");
    let source = read(&data);
    let test = source.test.unwrap();
    assert_eq!((source.training.len(), test.len()), (60_000, 10_000));
    assert_eq!(test.labels().unwrap()[..8], [7, 2, 1, 0, 4, 1, 4, 9]);
    assert!(test.notes().is_empty(), "{:?}", test.notes());
    let digests: Vec<&String> = test.files().values().collect();
    assert_eq!(
        digests,
        [catalog::MNIST[2].sha256, catalog::MNIST[3].sha256]
    );
}

#[test]
fn for_testing_the_test_images_alone_are_enough() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let find = |path: &Path| {
        let array = ImageArray::find(path, &Options::default()).unwrap();
        array.unwrap()
    };
    images(&path("t10k-images-idx3-ubyte"), 2, 40);
    labels(&path("t10k-labels-idx1-ubyte"), &[5, 6]);
    let alone = find(folder.path());
    assert_eq!(alone.labels(), Some(&[5, 6][..]));
    images(&path("train-images-idx3-ubyte"), 3, 0);
    assert_eq!(pixels(&find(folder.path()), 2), pixels(&alone, 2));
    // A file that is named itself.
    assert_eq!(find(&path("train-images-idx3-ubyte")).len(), 3);
    let named = find(&path("t10k-images-idx3-ubyte"));
    assert_eq!(pixels(&named, 2), pixels(&alone, 2));
    // Without test images, all.
    std::fs::remove_file(path("t10k-images-idx3-ubyte")).unwrap();
    assert_eq!(find(folder.path()).len(), 3);
}
