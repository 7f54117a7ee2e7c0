//! The two numbers that the assignment asks of 30 components, on MNIST itself, and the error by
//! the number of components.

use std::{env, path::Path, sync::LazyLock};

use mnist_io::Dataset;
use pca::{Centering, Pca};
use tch::{Kind, Tensor};

/// The printed errors of the ten test samples, by the notebook's x V V^T.
const PRINTED: [f64; 10] = [
    4.90691, 16.862376, 16.045755, 10.714797, 14.848193, 20.390819, 11.735863, 14.356571, 13.21549,
    16.605797,
];
const FIRST_SAMPLE: usize = 9705;

static FIT: LazyLock<Pca> = LazyLock::new(|| {
    let train = load("train");
    Pca::fit(train.images(), train.pixels(), 256).unwrap()
});

fn load(part: &str) -> Dataset {
    let folder = Path::new(&env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../../data/mnist");
    let file = |kind| folder.join(format!("{part}-{kind}-ubyte.gz"));
    Dataset::load(&file("images-idx3"), &file("labels-idx1")).unwrap()
}

/// The test images at 0-255 scale, `[N, D]`.
fn test_images() -> Tensor {
    let test = load("t10k");
    let x = Tensor::from_slice(test.images()).view([-1, test.pixels() as i64]);
    x.to_kind(Kind::Double)
}

/// Squared error of each test image with `components` components, summed over its pixels at 0-1 scale.
fn test_errors(components: usize, centering: Centering) -> Vec<f64> {
    let x = test_images();
    let fit = FIT.truncated(components).unwrap();
    let code = fit.project(&x, centering).unwrap();
    let difference = (fit.reconstruct(&code, centering).unwrap() - x) / 255.0;
    let errors = difference.square().sum_dim_intlist(1, false, Kind::Double);
    Vec::try_from(errors).unwrap()
}

#[test]
fn ten_samples_without_centering_have_the_printed_errors() {
    let errors = test_errors(30, Centering::None);
    for (error, printed) in errors[FIRST_SAMPLE..].iter().zip(PRINTED) {
        let digits = |value| format!("{value:.4e}");
        assert_eq!(digits(*error), digits(printed));
    }
}

#[test]
fn mean_test_error_with_centering() {
    let errors = test_errors(30, Centering::Subtract);
    let mean = errors.iter().sum::<f64>() / errors.len() as f64;
    assert!((mean - 13.866).abs() < 0.001, "{mean}");
}

#[test]
fn the_error_by_components_is_that_of_truncated_reconstructions() {
    let curve = FIT.errors_by_components(&test_images()).unwrap();
    assert_eq!(curve.len(), 256);
    assert!(curve.is_sorted_by(|a, b| a > b));
    for components in [1, 30, 256] {
        let errors = test_errors(components, Centering::Subtract);
        let mean = errors.iter().sum::<f64>() / errors.len() as f64;
        let found = curve[components - 1] / (255.0 * 255.0);
        assert!(
            (found - mean).abs() < 1e-9,
            "{components}: {found}, reconstructed {mean}"
        );
    }
}
