//! An IDX file, plain or gzip: an array whose elements fill its shape, or an error.
#![no_main]

use std::{fs, path::PathBuf, sync::LazyLock};

use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;

static FOLDER: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().unwrap());

fuzz_target!(|bytes: &[u8]| {
    let path: PathBuf = FOLDER.path().join("file");
    fs::write(&path, bytes).unwrap();
    let Ok(array) = mnist_io::read(&path) else {
        return;
    };
    let elements: usize = array.shape().iter().product();
    assert_eq!(array.elements().len(), elements);
    // What was read is written and read again. NaN is not equal to itself.
    mnist_io::write(&path, &array).unwrap();
    let again = mnist_io::read(&path).unwrap();
    assert_eq!(format!("{array:?}"), format!("{again:?}"));
});
