//! NumPy's files, written by NumPy (`tests/golden/make_golden.py`).

use std::fs;

use image_sets::{ImageSet, Pixels};

use crate::{bytes, copy, error, floats, golden, has_note, read};

/// The set must hold 0 to 23 as floats, two images of 3 x 4.
fn counts_up(set: &ImageSet) {
    assert_eq!((set.len(), set.shape().to_string()), (2, "3 x 4".into()));
    let expected: Vec<f32> = (0..24).map(|value| value as f32).collect();
    assert_eq!(floats(set), expected);
}

#[test]
fn every_type_and_order_is_read() {
    for name in ["i1", "u2", "i2", "u4", "i4", "u8", "i8", "f2", "f4", "f8"] {
        counts_up(&read(&golden(&format!("little-{name}.npy"))).training);
    }
    for name in ["big-i2", "big-u8", "big-f4", "fortran"] {
        counts_up(&read(&golden(&format!("{name}.npy"))).training);
    }
    for name in ["little-u1", "version-2"] {
        let set = read(&golden(&format!("{name}.npy"))).training;
        assert_eq!(bytes(&set), (0..24).collect::<Vec<u8>>());
    }
    let set = read(&golden("bool.npy")).training;
    assert_eq!(bytes(&set)[..4], [255, 0, 255, 0]);
    assert!(has_note(&set, "true or false"));
}

#[test]
fn the_digits_of_scikit_learn_are_read_with_their_labels() {
    let source = read(&golden("digits.npz"));
    assert!(source.test.is_none());
    let set = source.training;
    assert_eq!((set.len(), set.shape().to_string()), (8, "8 x 8".into()));
    assert_eq!(set.labels(), Some(&[0, 1, 2, 3, 4, 5, 6, 7][..]));
    assert_eq!(set.value_range(), (0.0, 16.0));
    assert_eq!(floats(&set)[..8], [0.0, 0.0, 5.0, 13.0, 9.0, 1.0, 0.0, 0.0]);
    assert!(
        has_note(&set, "not read: data, target_names"),
        "{:?}",
        set.notes()
    );
}

#[test]
fn test_images_that_are_used_for_training_are_noted() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| {
        let path = folder.path().join(name);
        copy("little-u1.npy", &path);
        read(&path).training
    };
    let note = "There are no images for training";
    assert!(has_note(&file("x_test.npy"), note));
    assert!(!has_note(&file("x.npy"), note));
}

#[test]
fn names_of_files_say_what_they_are() {
    for [train, labels, test] in [
        ["x_train", "y_train", "x_test"],
        ["X-train", "Y-train", "X-test"],
        ["Xtrain", "ytrain", "Xtest"],
        ["train_images", "train_labels", "test_images"],
        [
            "kmnist-train-imgs",
            "kmnist-train-labels",
            "kmnist-test-imgs",
        ],
        ["images", "labels", "test"],
        ["train", "target", "test"],
    ] {
        let folder = tempfile::tempdir().unwrap();
        let images = npy("|u1", "(2, 3, 4)", &[200; 24]);
        fs::write(folder.path().join(format!("{train}.npy")), images).unwrap();
        copy("little-u1.npy", &folder.path().join(format!("{test}.npy")));
        fs::write(
            folder.path().join(format!("{labels}.npy")),
            npy(
                "<i8",
                "(2,)",
                &[
                    3, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255,
                ],
            ),
        )
        .unwrap();
        let source = read(folder.path());
        assert_eq!(bytes(&source.training), [200; 24], "{train}");
        assert_eq!(source.training.labels(), Some(&[3, -1][..]), "{labels}");
        let test = source.test.unwrap();
        assert_eq!(bytes(&test), (0..24).collect::<Vec<u8>>());
        assert_eq!(source.training.files().len(), 2);
    }
}

/// A `.npy` file with this header and these bytes of data.
pub fn npy(descr: &str, shape: &str, data: &[u8]) -> Vec<u8> {
    let header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n");
    let mut file = b"\x93NUMPY\x01\x00".to_vec();
    file.extend((header.len() as u16).to_le_bytes());
    file.extend(header.as_bytes());
    file.extend(data);
    file
}

#[test]
fn rows_of_pixels_are_squares() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows.npy");
    fs::write(&path, npy("|u1", "(2, 9)", &[200; 18])).unwrap();
    let set = read(&path).training;
    assert_eq!(set.shape().to_string(), "3 x 3");
    assert!(has_note(&set, "a row of 9 numbers, taken as 3 x 3"));
    fs::write(&path, npy("|u1", "(2, 12)", &[200; 24])).unwrap();
    assert_eq!(read(&path).training.shape().to_string(), "3 x 2 x 2");
    fs::write(&path, npy("|u1", "(2, 10)", &[200; 20])).unwrap();
    let refused = error(&path);
    assert!(
        refused.contains("[N, H * W] with H = W") && refused.ends_with("found shape [2, 10]"),
        "{refused}"
    );
}

#[test]
fn integers_that_use_the_range_of_bytes_are_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("images.npy");
    for (value, is_bytes) in [
        (255_i16, true),
        (128, true),
        (16, false),
        (256, false),
        (-1, false),
    ] {
        fs::write(&path, npy("<i2", "(1, 1, 1)", &value.to_le_bytes())).unwrap();
        let set = read(&path).training;
        assert_eq!(matches!(set.pixels(), Pixels::U8(_)), is_bytes, "{value}");
        assert_eq!(set.value_range().0, value.into());
    }
}

#[test]
fn arrays_without_known_names_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.npy", "b.npy"] {
        copy("little-u1.npy", &folder.path().join(name));
    }
    let refused = error(folder.path());
    assert!(refused.ends_with("found a, b"), "{refused}");
    assert!(refused.contains("x_train, y_train"), "{refused}");
}
