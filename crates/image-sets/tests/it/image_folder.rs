//! Folders of image files, written by Pillow (`tests/golden/make_golden.py`).

use std::{fs, path::Path};

use image_sets::{Options, Pictures};

use crate::{bytes, copy, error, golden, has_note, read};

/// The pixels of a golden array H x W x C, channels first.
fn golden_pixels(name: &str) -> Vec<u8> {
    let file = fs::read(golden(name)).unwrap();
    let data = &file[128..];
    (0..3)
        .flat_map(|channel| data.iter().skip(channel).step_by(3).copied())
        .collect()
}

fn only(name: &str) -> crate::ImageSet {
    let folder = tempfile::tempdir().unwrap();
    copy(name, &folder.path().join(name));
    read(folder.path()).training
}

#[test]
fn lossless_files_have_exactly_their_pixels() {
    let rgb = golden_pixels("rgb.npy");
    for name in ["rgb.png", "rgb.bmp"] {
        let set = only(name);
        assert_eq!(set.shape().to_string(), "3 x 12 x 9");
        assert_eq!(bytes(&set), rgb, "{name}");
        assert!(set.files().keys().eq([name]));
    }
    assert_eq!(bytes(&only("palette.png")), golden_pixels("palette.npy"));
    let gray = only("gray.png");
    assert_eq!(gray.shape().to_string(), "12 x 9");
    let bits = only("bits.png");
    assert!(bytes(&bits).iter().all(|&pixel| pixel == 0 || pixel == 255));
    let deep = only("deep.png");
    assert_eq!(bytes(&deep), &rgb[..12 * 9]);
    assert!(has_note(&deep, "16 bits"));
}

#[test]
fn jpeg_has_nearly_its_pixels_and_is_turned_upright() {
    let rgb = golden_pixels("rgb.npy");
    let near = |a: &[u8], b: &[u8]| {
        let sum: f64 = a
            .iter()
            .zip(b)
            .map(|(a, b)| f64::from(a.abs_diff(*b)))
            .sum();
        sum / (a.len() as f64) < 8.0
    };
    let set = only("rgb.jpg");
    assert!(near(bytes(&set), &rgb));
    let turned = only("turned.jpg");
    assert_eq!(turned.shape().to_string(), "3 x 9 x 12");
    let expected: Vec<u8> = (0..3 * 9 * 12)
        .map(|index| {
            let (channel, row, column) = (index / 108, index / 12 % 9, index % 12);
            bytes(&set)[channel * 108 + (11 - column) * 9 + row]
        })
        .collect();
    assert_eq!(bytes(&turned), expected);
}

#[test]
fn transparent_pixels_become_white() {
    let set = only("transparent.png");
    let rgb = golden_pixels("rgb.npy");
    let half = 6 * 9;
    for channel in 0..3 {
        let plane = &bytes(&set)[channel * 2 * half..][..2 * half];
        assert!(plane[..half].iter().all(|&pixel| pixel == 255));
        assert_eq!(plane[half..], rgb[channel * 2 * half..][half..2 * half]);
    }
    assert!(has_note(&set, "1 image has transparent pixels"));
}

#[test]
fn sub_folders_are_classes() {
    let folder = tempfile::tempdir().unwrap();
    for file in ["dogs/b.png", "cats/a.png", "cats/more/deep.png"] {
        copy("gray.png", &folder.path().join(file));
    }
    copy("rgb.png", &folder.path().join("dogs/c.PNG"));
    for ignored in [".DS_Store", "cats/._a.png", "dogs/Thumbs.db"] {
        fs::write(folder.path().join(ignored), "of the system").unwrap();
    }
    fs::write(folder.path().join("cats/license.txt"), "free").unwrap();
    let source = read(folder.path());
    let set = source.training;
    assert!(source.test.is_none());
    assert_eq!(set.class_names(), ["cats", "dogs"]);
    assert!(set.files().keys().eq([
        "cats/a.png",
        "cats/more/deep.png",
        "dogs/b.png",
        "dogs/c.PNG"
    ]));
    assert_eq!(set.labels(), Some(&[0, 0, 1, 1][..]));
    // One image of color makes all of them images of three channels.
    assert_eq!(set.shape().to_string(), "3 x 12 x 9");
    assert_eq!(bytes(&set)[..108], bytes(&set)[108..216]);
    assert!(
        has_note(&set, "Not read: license.txt."),
        "{:?}",
        set.notes()
    );
    assert_eq!(bytes(&set)[3 * 324..], golden_pixels("rgb.npy"));
}

#[test]
fn folders_train_and_test_are_the_split() {
    for [train, test] in [["train", "test"], ["Training", "val"]] {
        let folder = tempfile::tempdir().unwrap();
        let set = folder.path().join("flowers");
        copy("gray.png", &set.join(train).join("rose/1.png"));
        copy("gray.png", &set.join(train).join("tulip/2.png"));
        copy("gray.png", &set.join(test).join("tulip/3.png"));
        let source = read(folder.path());
        assert_eq!(source.training.labels(), Some(&[0, 1][..]));
        let held = source.test.unwrap();
        assert_eq!(held.labels(), Some(&[1][..]));
        assert!(
            held.files()
                .keys()
                .eq([&format!("flowers/{test}/tulip/3.png")])
        );
        assert_eq!(has_note(&held, "validation set"), test == "val");
    }
}

#[test]
fn an_empty_folder_for_testing_is_no_test_set() {
    let folder = tempfile::tempdir().unwrap();
    copy("gray.png", &folder.path().join("train/1.png"));
    fs::create_dir(folder.path().join("test")).unwrap();
    assert!(read(folder.path()).test.is_none());
}

#[test]
fn a_folder_without_classes_has_no_labels() {
    let folder = tempfile::tempdir().unwrap();
    copy("rgb.jpg", &folder.path().join("1.jpg"));
    copy("rgb.jpg", &folder.path().join("2.JPEG"));
    let set = read(folder.path()).training;
    assert_eq!((set.len(), set.labels()), (2, None));
    assert!(set.class_names().is_empty());
    assert!(has_note(&set, "no labels"));
}

#[test]
fn sizes_that_differ_are_named_with_the_remedy() {
    let folder = tempfile::tempdir().unwrap();
    copy("rgb.png", &folder.path().join("a.png"));
    copy("turned.jpg", &folder.path().join("b.jpg"));
    let path = |name: &str| Path::new(folder.path()).join(name).display().to_string();
    assert_eq!(
        error(folder.path()),
        format!(
            "{}: expected images of one size, found 9 x 12 here and 12 x 9 in {}; the option `resize` \
             makes them equal",
            path("b.jpg"),
            path("a.png")
        )
    );
}

#[test]
fn images_beside_folders_of_images_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    copy("gray.png", &folder.path().join("a.png"));
    copy("gray.png", &folder.path().join("cats/b.png"));
    let refused = error(folder.path());
    assert!(
        refused.ends_with("found both: a.png and cats/b.png"),
        "{refused}"
    );
}

#[test]
fn pictures_are_read_a_few_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    for (class, name) in [("a", "gray.png"), ("b", "rgb.bmp"), ("b", "rgb.png")] {
        fs::create_dir_all(folder.path().join("test").join(class)).unwrap();
        copy(name, &folder.path().join("test").join(class).join(name));
    }
    fs::create_dir(folder.path().join("train")).unwrap();
    copy("gray.png", &folder.path().join("train/gray.png"));
    let options = Options::default();
    let find = |path: &Path| Pictures::find(path, &options).unwrap();
    let pictures = find(folder.path());
    assert_eq!(pictures.len(), 3);
    assert_eq!(pictures.name(1), "test/b/rgb.bmp");
    assert_eq!(pictures.class(1), Some("b"));
    let read = pictures.read(0..2).unwrap();
    assert_eq!(read[0].0.to_string(), "12 x 9");
    assert_eq!(read[1].0.to_string(), "3 x 12 x 9");
    assert_eq!(read[1].1, golden_pixels("rgb.npy"));
    let one = find(&folder.path().join("test/b/rgb.png"));
    assert_eq!((one.len(), one.name(0)), (1, "rgb.png".to_owned()));
    let other = Pictures::find(&golden("rgb.npy"), &options).unwrap_err();
    assert!(other.to_string().contains("a NumPy array"), "{other}");
    fs::write(pictures.path(2), "no picture").unwrap();
    let error = pictures.read(1..3).unwrap_err().to_string();
    assert!(
        error.contains("rgb.png") && error.contains("a text file"),
        "{error}"
    );
}
