//! The two numbers that the assignment asks of 30 components, on MNIST itself.

use std::{path::Path, sync::LazyLock};

use mnist_io::Dataset;
use pca::{Centring, Pca};
use tch::{Kind, Tensor};

/// The printed errors of the ten test samples, by the notebook's x V V^T.
const PRINTED: [f64; 10] = [
    4.90691, 16.862376, 16.045755, 10.714797, 14.848193, 20.390819, 11.735863, 14.356571, 13.21549,
    16.605797,
];
const FIRST_SAMPLE: usize = 9705;

static FIT: LazyLock<Pca> = LazyLock::new(|| {
    let train = load("train");
    Pca::fit(train.images(), train.pixels(), 30).unwrap()
});

fn load(part: &str) -> Dataset {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/mnist");
    let file = |kind| folder.join(format!("{part}-{kind}-ubyte.gz"));
    Dataset::load(&file("images-idx3"), &file("labels-idx1")).unwrap()
}

/// Squared error of each test image, summed over its pixels at 0-1 scale.
fn test_errors(centring: Centring) -> Vec<f64> {
    let test = load("t10k");
    let x = Tensor::from_slice(test.images())
        .view([-1, test.pixels() as i64])
        .to_kind(Kind::Double);
    let code = FIT.project(&x, centring).unwrap();
    let difference = (FIT.reconstruct(&code, centring).unwrap() - x) / 255.0;
    let errors = difference.square().sum_dim_intlist(1, false, Kind::Double);
    Vec::try_from(errors).unwrap()
}

#[test]
fn ten_samples_without_centring_have_the_printed_errors() {
    let errors = test_errors(Centring::None);
    for (error, printed) in errors[FIRST_SAMPLE..].iter().zip(PRINTED) {
        let digits = |value| format!("{value:.4e}");
        assert_eq!(digits(*error), digits(printed));
    }
}

#[test]
fn mean_test_error_with_centring() {
    let errors = test_errors(Centring::Subtract);
    let mean = errors.iter().sum::<f64>() / errors.len() as f64;
    assert!((mean - 13.866).abs() < 0.001, "{mean}");
}
