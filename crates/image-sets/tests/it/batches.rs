//! Arrays that are read a few images at a time.

use std::{fs, ops::Range, path::Path};

use image_sets::{Error, ImageArray, Options, Pixels};
use mnist_io::Elements;

use crate::{copy, golden, numpy::npy, read, write_idx};

/// The pixels of some images, read `size` images at a time.
pub fn some(array: &ImageArray, range: Range<usize>, size: usize) -> Result<Pixels, Error> {
    let (mut bytes, mut floats) = (Vec::new(), Vec::new());
    array.batches(range, size, |pixels| {
        assert!(pixels.len() <= size * array.shape().size());
        match pixels {
            Pixels::U8(values) => bytes.extend(values),
            Pixels::F32(values) => floats.extend(values),
        }
        Ok::<(), Error>(())
    })?;
    assert!(bytes.is_empty() || floats.is_empty());
    Ok(if array.value_range().is_none() {
        Pixels::U8(bytes)
    } else {
        Pixels::F32(floats)
    })
}

/// All pixels, read `size` images at a time.
pub fn pixels(array: &ImageArray, size: usize) -> Pixels {
    some(array, 0..array.len(), size).unwrap()
}

fn find(path: &Path, options: &Options) -> ImageArray {
    ImageArray::find(path, options).unwrap().unwrap()
}

#[track_caller]
fn assert_as_a_whole(path: &Path, options: &Options) {
    let whole = image_sets::read(path, options).unwrap().training;
    let array = find(path, options);
    assert_eq!((array.len(), array.shape()), (whole.len(), whole.shape()));
    assert_eq!(array.labels(), whole.labels());
    if let Some([low, high]) = array.value_range() {
        assert_eq!((low, high), whole.value_range());
    }
    for size in [1, 3, 1000] {
        assert_eq!(&pixels(&array, size), whole.pixels(), "{}", path.display());
    }
    let last = some(&array, array.len() - 1..array.len(), 1).unwrap();
    let from = whole.pixels().len() - array.shape().size();
    match (whole.pixels(), last) {
        (Pixels::U8(all), Pixels::U8(last)) => assert_eq!(all[from..], last),
        (Pixels::F32(all), Pixels::F32(last)) => assert_eq!(all[from..], last),
        _ => panic!("expected numbers of one kind"),
    }
}

#[test]
fn batches_are_what_is_read_as_a_whole() {
    let any = Options::default();
    for name in [
        "big-f4",
        "big-i2",
        "bool",
        "fortran",
        "little-f2",
        "little-f8",
        "little-i1",
        "little-u1",
        "little-u8",
        "version-2",
    ] {
        assert_as_a_whole(&golden(&format!("{name}.npy")), &any);
    }
    assert_as_a_whole(&golden("digits.npz"), &any);

    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let values: Vec<u8> = (0..7 * 30)
        .map(|value: u32| (value * 13 % 251) as u8)
        .collect();
    write_idx(
        &path("some.idx.gz"),
        &[7, 5, 6],
        Elements::U8(values.clone()),
    );
    assert_as_a_whole(&path("some.idx.gz"), &any);
    write_idx(
        &path("emnist-images-idx3-ubyte"),
        &[7, 5, 6],
        Elements::U8(values.clone()),
    );
    assert_as_a_whole(&path("emnist-images-idx3-ubyte"), &any);
    fs::write(path("colors.npy"), npy("|u1", "(7, 2, 5, 3)", &values)).unwrap();
    let smaller = Options {
        resize: Some((2, 3)),
        gray: true,
    };
    for options in [any, smaller] {
        assert_as_a_whole(&path("colors.npy"), &options);
    }
    // Bytes only because of the last.
    let integers: Vec<u8> = [1_i16, 2, 255]
        .iter()
        .flat_map(|v| v.to_le_bytes())
        .collect();
    fs::write(path("integers.npy"), npy("<i2", "(3, 1, 1)", &integers)).unwrap();
    assert_as_a_whole(&path("integers.npy"), &any);
}

#[test]
fn of_a_folder_the_test_images_are_read() {
    let folder = tempfile::tempdir().unwrap();
    copy("little-u1.npy", &folder.path().join("x_test.npy"));
    fs::write(
        folder.path().join("x_train.npy"),
        npy("|u1", "(2, 3, 4)", &[9; 24]),
    )
    .unwrap();
    let test = read(folder.path()).test.unwrap();
    let array = find(folder.path(), &Options::default());
    assert_eq!(&pixels(&array, 2), test.pixels());
    assert!(
        ImageArray::find(&golden("rgb.png"), &Options::default())
            .unwrap()
            .is_none()
    );
}

#[test]
fn a_file_that_is_cut_is_refused_at_once_or_where_it_ends() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let options = Options::default();
    let array = npy("|u1", "(3, 2, 2)", &[7; 11]);
    fs::write(path("cut.npy"), array).unwrap();
    let error = ImageArray::find(&path("cut.npy"), &options).unwrap_err();
    // The header does not count.
    let text = "cut.npy: truncated: expected 12 bytes of data, found 11";
    assert!(error.to_string().ends_with(text), "{error}");

    write_idx(&path("cut.idx"), &[600, 2, 2], Elements::U8(vec![7; 2400]));
    let mut content = fs::read(path("cut.idx")).unwrap();
    content.pop();
    fs::write(path("cut.idx"), content).unwrap();
    let array = find(&path("cut.idx"), &options);
    assert!(some(&array, 0..599, 100).is_ok());
    let error = some(&array, 0..600, 100).unwrap_err();
    let text = "cut.idx: truncated: expected 2400 bytes of data, found 2399";
    assert!(error.to_string().ends_with(text), "{error}");

    let nan = [0.5, 0.5, 0.5, f32::NAN].map(f32::to_le_bytes).concat();
    fs::write(path("nan.npy"), npy("<f4", "(4, 1, 1)", &nan)).unwrap();
    let error = ImageArray::find(&path("nan.npy"), &options).unwrap_err();
    assert!(
        error.to_string().contains("found NaN in image 3"),
        "{error}"
    );
}
