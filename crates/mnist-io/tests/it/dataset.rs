//! Images and labels that belong together, and those that do not.

use std::{
    env,
    path::{Path, PathBuf},
};

use mnist_io::{Dataset, Elements, IdxArray, catalog, write};

fn file(folder: &Path, name: &str, shape: &[usize], elements: Elements) -> PathBuf {
    let path = folder.join(name);
    write(&path, &IdxArray::new(shape.to_vec(), elements).unwrap()).unwrap();
    path
}

fn images(folder: &Path) -> PathBuf {
    let pixels = (0..18).collect();
    file(folder, "images", &[3, 2, 3], Elements::U8(pixels))
}

fn labels(folder: &Path, labels: &[u8]) -> PathBuf {
    let elements = Elements::U8(labels.to_vec());
    file(folder, "labels", &[labels.len()], elements)
}

fn message(images: &Path, labels: &Path) -> String {
    Dataset::load(images, labels)
        .expect_err("the pair is bad")
        .to_string()
}

#[test]
fn images_come_with_their_labels() {
    let folder = tempfile::tempdir().unwrap();
    let (images, labels) = (images(folder.path()), labels(folder.path(), &[9, 0, 5]));
    let set = Dataset::load(&images, &labels).unwrap();
    let digests = [&images, &labels].map(|file| catalog::content_sha256(file).unwrap());
    assert_eq!(set.digests(), &digests);
    assert_eq!((set.len(), set.rows(), set.columns()), (3, 2, 3));
    assert_eq!(set.image(1), [6, 7, 8, 9, 10, 11]);
    assert_eq!(set.labels(), [9, 0, 5]);
}

#[test]
fn other_counts_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (images, labels) = (images(folder.path()), labels(folder.path(), &[1, 2]));
    assert_eq!(
        message(&images, &labels),
        format!(
            "{}: expected 3 labels, one for each image of {}, found 2",
            labels.display(),
            images.display()
        )
    );
}

#[test]
fn a_label_above_nine_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let labels = labels(folder.path(), &[9, 3, 10]);
    assert_eq!(
        message(&images(folder.path()), &labels),
        format!(
            "{}: expected labels from 0 to 9, found 10 at index 2",
            labels.display()
        )
    );
}

#[test]
fn arrays_that_are_not_images_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let labels = labels(folder.path(), &[0, 1, 2]);
    let cases = [
        (vec![3, 6], Elements::U8(vec![0; 18]), "u8 of shape [3, 6]"),
        (
            vec![3, 2, 3],
            Elements::F32(vec![0.0; 18]),
            "f32 of shape [3, 2, 3]",
        ),
        (vec![3, 0, 3], Elements::U8(vec![]), "u8 of shape [3, 0, 3]"),
    ];
    for (shape, elements, found) in cases {
        let images = file(folder.path(), "images", &shape, elements);
        assert_eq!(
            message(&images, &labels),
            format!(
                "{}: expected images (u8 of count x rows x columns), found {found}",
                images.display()
            )
        );
    }
}

#[test]
fn arrays_that_are_not_labels_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let images = images(folder.path());
    assert_eq!(
        message(&images, &images),
        format!(
            "{}: expected labels (u8 of one dimension), found u8 of shape [3, 2, 3]",
            images.display()
        )
    );
}

/// Known of MNIST: its size, its first labels, and how many tests show a five.
#[test]
fn mnist_test_set() {
    let data = Path::new(&env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../../data");
    let [_, _, images, labels] = catalog::MNIST.map(|known| data.join(known.path));
    let set = Dataset::load(&images, &labels).unwrap();
    assert_eq!((set.len(), set.rows(), set.columns()), (10_000, 28, 28));
    assert_eq!(set.images().len(), set.len() * set.pixels());
    assert_eq!(set.labels()[..8], [7, 2, 1, 0, 4, 1, 4, 9]);
    assert_eq!(
        set.labels().iter().filter(|&&label| label == 5).count(),
        892
    );
}
