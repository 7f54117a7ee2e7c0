//! A data folder of few images. An evaluation classifies by comparing with training images, which
//! takes most of the time of a small experiment on the whole of MNIST.

use std::{
    env, fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use mnist_io::{Dataset, Elements, IdxArray};

use super::project;

/// How many there are of MNIST's training images, and of Fashion-MNIST's test images.
const COUNT: usize = 300;

/// The first of MNIST's training images and of Fashion-MNIST's test images, and MNIST's test set,
/// all of which an evaluation needs.
pub fn few_images() -> &'static Path {
    static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
        let folder = empty_folder("few-images");
        fs::create_dir(folder.join("mnist")).unwrap();
        fs::create_dir(folder.join("fashion-mnist")).unwrap();
        write_first(COUNT, "mnist/train", &folder);
        write_first(COUNT, "fashion-mnist/t10k", &folder);
        for name in ["images-idx3", "labels-idx1"] {
            let file = format!("mnist/t10k-{name}-ubyte.gz");
            symlink(whole(&file), folder.join(file)).unwrap();
        }
        folder
    });
    &FOLDER
}

/// The first of MNIST's images, as a set of a user's: its test set is small too, so that experiments
/// on it take no time.
pub fn few_digits() -> &'static Path {
    static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
        let folder = empty_folder("few-digits");
        fs::create_dir(folder.join("mnist")).unwrap();
        write_first(COUNT, "mnist/train", &folder);
        write_first(COUNT / 3, "mnist/t10k", &folder);
        folder.join("mnist")
    });
    &FOLDER
}

/// Copies the project's data to `folder`, for a test that changes a file there.
pub fn copy_all_images(folder: &Path) {
    for set in ["mnist", "fashion-mnist"] {
        fs::create_dir_all(folder.join(set)).unwrap();
        for entry in fs::read_dir(whole(set)).unwrap() {
            let file = Path::new(set).join(entry.unwrap().file_name());
            fs::copy(whole(&file), folder.join(file)).unwrap();
        }
    }
}

/// A file or folder of the project's data.
fn whole(file: impl AsRef<Path>) -> PathBuf {
    project().join("data").join(file)
}

fn write_first(count: usize, set: &str, folder: &Path) {
    let images = format!("{set}-images-idx3-ubyte.gz");
    let labels = format!("{set}-labels-idx1-ubyte.gz");
    let all = Dataset::load(&whole(&images), &whole(&labels)).unwrap();
    let pixels = all.images()[..count * all.pixels()].to_vec();
    let write = |file: &str, shape: Vec<usize>, elements: Vec<u8>| {
        let array = IdxArray::new(shape, Elements::U8(elements)).unwrap();
        mnist_io::write(&folder.join(file), &array).unwrap();
    };
    write(&images, vec![count, all.rows(), all.columns()], pixels);
    write(&labels, vec![count], all.labels()[..count].to_vec());
}

/// An empty folder for what all tests share. That of an earlier process is removed.
pub fn empty_folder(name: &str) -> PathBuf {
    // Beside the profile's folder, wherever the project is now.
    let test = env::current_exe().unwrap();
    let target = test.ancestors().nth(3).expect("target/PROFILE/deps/TEST");
    let folder = target.join("tmp").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    folder
}
