//! Sets of images in all the forms in which users have them, and bad files one by one.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use image_sets::{ImageSet, Options, Pixels, Source};
use mnist_io::{Elements, IdxArray};

mod bad_files;
mod batches;
mod idx;
mod image_folder;
mod numpy;
mod options;
mod round_trip;

/// A file of `tests/golden`.
fn golden(name: &str) -> PathBuf {
    Path::new(&env::var_os("CARGO_MANIFEST_DIR").unwrap())
        .join("tests/golden")
        .join(name)
}

/// Copies a golden file to `target`, making its folder.
fn copy(name: &str, target: &Path) {
    fs::create_dir_all(target.parent().unwrap()).unwrap();
    fs::copy(golden(name), target).unwrap();
}

/// Writes an IDX file, making its folder.
fn write_idx(path: &Path, shape: &[usize], elements: Elements) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    mnist_io::write(path, &IdxArray::new(shape.to_vec(), elements).unwrap()).unwrap();
}

fn read(path: &Path) -> Source {
    image_sets::read(path, &Options::default()).unwrap_or_else(|error| panic!("{error}"))
}

/// The message of the error that reading `path` ends with.
fn error(path: &Path) -> String {
    let result = image_sets::read(path, &Options::default());
    result.expect_err("the set is bad").to_string()
}

fn bytes(set: &ImageSet) -> &[u8] {
    match set.pixels() {
        Pixels::U8(values) => values,
        Pixels::F32(_) => panic!("expected bytes"),
    }
}

fn floats(set: &ImageSet) -> &[f32] {
    match set.pixels() {
        Pixels::F32(values) => values,
        Pixels::U8(_) => panic!("expected floats"),
    }
}

fn has_note(set: &ImageSet, part: &str) -> bool {
    set.notes().iter().any(|note| note.contains(part))
}
