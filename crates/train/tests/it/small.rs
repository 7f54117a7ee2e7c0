//! A few made-up images instead of the data sets.

use experiment::Shape;
use train::data::{EvaluationImages, FashionImages, Images, LabeledImages, Pixels};

/// Images of 28 x 28 bytes.
pub fn images_of(bytes: Vec<u8>) -> Images {
    Images::new(Shape::square(1, 28), Pixels::Bytes(bytes))
}

/// The numbers of images of bytes.
pub fn bytes(images: &Images) -> &[u8] {
    match images.pixels() {
        Pixels::Bytes(bytes) => bytes,
        Pixels::Floats(_) => panic!("expected bytes"),
    }
}

/// Image `index` of a series: a blob that moves with the index.
fn blob(index: usize, brightness: u32) -> Vec<u8> {
    let (y, x) = (5 + 2 * (index % 10), 6 + 3 * (index % 6));
    let pixel = |i: usize| {
        let (dy, dx) = ((i / 28).abs_diff(y) as u32, (i % 28).abs_diff(x) as u32);
        (brightness / (1 + dx * dx + dy * dy)) as u8
    };
    (0..784).map(pixel).collect()
}

fn blobs(count: usize, brightness: u32) -> Images {
    images_of((0..count).flat_map(|i| blob(i, brightness)).collect())
}

/// Twenty test images, of which the first ten are their own references, a class each; as many
/// garments of the same kind; random images of gray 127; no pixel is zero in all training images.
pub fn images() -> EvaluationImages {
    let first = LabeledImages {
        images: blobs(10, 255),
        labels: Some((0..10).collect()),
    };
    EvaluationImages {
        test: blobs(20, 255),
        training: blobs(20, 200),
        samples: blobs(10, 255),
        sample_indices: (0..10).collect(),
        first: blobs(10, 255),
        code_noise: first.clone(),
        fashion: Some(FashionImages {
            sample: blobs(1, 200),
            test: blobs(20, 255),
        }),
        random: images_of(vec![127; 784]),
        random_images: images_of(vec![127; 30 * 784]),
        labels: None,
        references: first,
        nonzero_pixels: vec![true; 784],
    }
}

/// 50 images of blobs.
pub fn training_images() -> Images {
    let pixel = |i: usize| {
        let (image, row, column) = (i / 784, i % 784 / 28, i % 28);
        let (dy, dx) = (row.abs_diff(8 + image % 12), column.abs_diff(8 + image % 7));
        (255 / (1 + dx * dx + dy * dy)) as u8
    };
    images_of((0..50 * 784).map(pixel).collect())
}
