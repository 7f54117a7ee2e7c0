//! Resizing and gray, for files and arrays alike.

use std::fs;

use image_sets::{Options, Pixels, read};

use crate::{bytes, copy, floats, golden, numpy::npy};

#[test]
fn resizing_equals_that_of_pillow() {
    let folder = tempfile::tempdir().unwrap();
    copy("rgb.png", &folder.path().join("a.png"));
    // Rows and columns exchanged: after resizing, sizes agree.
    copy("turned.jpg", &folder.path().join("b.jpg"));
    let options = Options {
        resize: Some((5, 4)),
        gray: false,
    };
    let set = read(folder.path(), &options).unwrap().training;
    assert_eq!(
        (set.len(), set.shape().to_string()),
        (2, "3 x 5 x 4".into())
    );
    let expected = fs::read(golden("small.npy")).unwrap();
    let expected = &expected[128..];
    for (index, pixel) in bytes(&set)[..60].iter().enumerate() {
        let (channel, place) = (index / 20, index % 20);
        assert!(
            pixel.abs_diff(expected[place * 3 + channel]) <= 1,
            "{index}"
        );
    }
}

#[test]
fn floats_outside_of_zero_to_one_keep_their_range() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("images.npy");
    let values = [-1.0_f32, -1.0, 7.0, 7.0];
    let data: Vec<u8> = values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    fs::write(&path, npy("<f4", "(1, 2, 2)", &data)).unwrap();
    let options = Options {
        resize: Some((1, 1)),
        gray: false,
    };
    let set = read(&path, &options).unwrap().training;
    assert!((floats(&set)[0] - 3.0).abs() < 1e-5, "{:?}", set.pixels());
}

#[test]
fn gray_weighs_the_colors() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("images.npy");
    let options = Options {
        resize: None,
        gray: true,
    };
    fs::write(&path, npy("|u1", "(1, 3, 1, 1)", &[255, 0, 0])).unwrap();
    let set = read(&path, &options).unwrap().training;
    assert_eq!(set.pixels(), &Pixels::U8(vec![54]));
    copy("rgb.png", &folder.path().join("set/a.png"));
    let set = read(&folder.path().join("set"), &options).unwrap().training;
    assert_eq!(set.shape().to_string(), "12 x 9");
}

#[test]
fn a_size_of_zero_or_beyond_all_memory_is_refused() {
    for (resize, expected) in [
        (
            (0, 5),
            "expected a size of at least 1 x 1 for `resize`, found 0 x 5",
        ),
        (
            (1 << 30, 1 << 30),
            "expected at most 8589934592 pixels in all, found 2 x 1073741824 x",
        ),
    ] {
        let options = Options {
            resize: Some(resize),
            gray: false,
        };
        let error = read(&golden("little-u1.npy"), &options)
            .unwrap_err()
            .to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn gray_of_other_channels_than_colors_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("images.npy");
    fs::write(&path, npy("|u1", "(1, 5, 5, 4)", &[200; 100])).unwrap();
    let options = Options {
        resize: None,
        gray: true,
    };
    let said = read(&path, &options).unwrap_err().to_string();
    assert!(
        said.ends_with("expected images of 1 or 3 channels for `gray`, found 4"),
        "{said}"
    );
}
