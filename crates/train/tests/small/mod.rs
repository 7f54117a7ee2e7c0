//! A few made-up images in the place of the data sets.

use train::data::evaluation_images::{Images, Inputs, Labelled};

/// Image `index` of a kind that `brightness` sets: a blob that moves with the index.
fn blob(index: usize, brightness: u32) -> Vec<u8> {
    let (y, x) = (5 + 2 * (index % 10), 6 + 3 * (index % 6));
    let pixel = |i: usize| {
        let (dy, dx) = ((i / 28).abs_diff(y) as u32, (i % 28).abs_diff(x) as u32);
        (brightness / (1 + dx * dx + dy * dy)) as u8
    };
    (0..784).map(pixel).collect()
}

fn blobs(count: usize, brightness: u32) -> Images {
    Images((0..count).flat_map(|i| blob(i, brightness)).collect())
}

/// Twenty test images, of which the first ten are their own references, a class each; as many
/// garments of the same kind; random images of grey 127; no pixel is dark in all images.
pub fn inputs() -> Inputs {
    let first = Labelled {
        images: blobs(10, 255),
        labels: (0..10).collect(),
    };
    Inputs {
        test: blobs(20, 255),
        samples: blobs(10, 255),
        first: blobs(10, 255),
        code_noise: first.clone(),
        fashion: blobs(1, 200),
        fashion_test: blobs(20, 255),
        random: Images(vec![127; 784]),
        random_images: Images(vec![127; 30 * 784]),
        references: first,
        lit: vec![true; 784],
    }
}
