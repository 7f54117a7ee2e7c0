//! The evaluation of PCA, whose errors are known, on the real data under both protocols; and of a
//! model that returns a known image, for which every error can be computed by hand.

use std::{env, path::Path, sync::LazyLock};

use ae_models::Output;
use experiment::{Data, Evaluation, Experiment, Protocol, RunFolder, assignment};
use mnist_io::Elements;
use tch::{Device, Kind, Tensor};
use tempfile::TempDir;
use train::{
    data::{DataSet, Datasets},
    evaluation::{Reconstruct, TruncatedPca, evaluate},
    run::device::prepare_thread,
};

use crate::small::bytes;

/// Loaded once: the random image comes from a generator that all threads share.
static DATA: LazyLock<Datasets> = LazyLock::new(|| {
    let folder = Path::new(&env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../../data");
    Datasets::load([&Data::default()], &folder).unwrap()
});

fn mnist() -> &'static DataSet {
    DATA.of(&Data::default())
}

fn named(id: &str) -> Experiment {
    let mut list = assignment::full(Experiment::DEFAULT_SEED).into_iter();
    list.find(|experiment| experiment.id == id).unwrap()
}

fn evaluated(model: &dyn Reconstruct, id: &str) -> Evaluation {
    let root = TempDir::new().unwrap();
    let folder = RunFolder::new(root.path()).experiment(id);
    evaluate(
        model,
        &named(id),
        None,
        &mnist().evaluation,
        &folder,
        Device::Cpu,
    )
    .unwrap()
}

#[test]
fn pca_has_the_figures_of_the_notebook_and_of_the_corrected_protocol() {
    prepare_thread();
    let pca = TruncatedPca::fit(&mnist().training.first(60_000).unwrap(), 60_000, 30).unwrap();
    let evaluation = evaluated(&pca, "pca-30");
    let printed = [
        4.90691, 16.862376, 16.045755, 10.714797, 14.848193, 20.390819, 11.735863, 14.356571,
        13.21549, 16.605797,
    ];
    let samples = &evaluation.assignment.as_ref().unwrap().samples;
    assert_eq!(samples.len(), printed.len());
    for (index, (sample, printed)) in samples.iter().zip(printed).enumerate() {
        assert_eq!(sample.test_index, 9705 + index);
        let found = sample.squared_error;
        assert!(
            (found / printed - 1.0).abs() < 5e-6,
            "{found}, printed {printed}"
        );
    }
    let sse = evaluation.corrected.test.sse;
    assert!((sse - 13.866).abs() < 1e-3, "{sse}");
}

#[test]
fn the_random_image_is_pytorchs() {
    let root = TempDir::new().unwrap();
    let run = RunFolder::new(root.path());
    mnist().evaluation.write(&run).unwrap();
    let Elements::U8(pixels) = run.input("random").unwrap().into_elements() else {
        panic!("expected bytes");
    };
    assert_eq!(pixels[..8], [194, 54, 233, 135, 223, 204, 67, 163]);
}

/// Returns a black image with one white pixel in the second row and third column.
struct OnePixel;

impl Reconstruct for OnePixel {
    fn reconstruct(&self, images: &Tensor, protocol: Protocol, _: Option<&Tensor>) -> Output {
        let reconstruction = images.zeros_like();
        let _ = reconstruction
            .narrow(1, 28 + 2, 1)
            .fill_(protocol.max_pixel());
        Output {
            reconstruction,
            code: Tensor::zeros([images.size()[0], 1], (Kind::Float, Device::Cpu)),
        }
    }

    fn filters(&self) -> Vec<(String, Tensor)> {
        Vec::new()
    }
}

#[test]
fn errors_have_the_scale_of_their_protocol() {
    let evaluation = evaluated(&OnePixel, "conv-ae-unpool");
    // The residual A is the image, but for -1 at row 1, column 2, where the ten samples are black.
    let image: Vec<f64> = bytes(&mnist().evaluation.samples)[..784]
        .iter()
        .map(|&pixel| f64::from(pixel) / 255.0)
        .collect();
    let expected: f64 = image.iter().map(|x| x * x).sum::<f64>() + 1.0;
    let near = |a: f64, b: f64| assert!((a / b - 1.0).abs() < 1e-5, "{a} {b}");
    let assignment = evaluation.assignment.as_ref().unwrap();
    let notebook = &assignment.samples[0];
    near(notebook.squared_error, expected);
    near(evaluation.corrected.samples[0].scores.sse, expected);

    // The sum of the entries of A A is the sum over k of (column k) (row k).
    let residual = |row: usize, column: usize| match (row, column) {
        (1, 2) => image[30] - 1.0,
        _ => image[row * 28 + column],
    };
    let mut signed = 0.0;
    for i in 0..28 {
        for j in 0..28 {
            signed += (0..28)
                .map(|k| residual(i, k) * residual(k, j))
                .sum::<f64>();
        }
    }
    near(notebook.signed_error.unwrap(), signed);

    let fashion = mnist().evaluation.fashion.as_ref().unwrap();
    let garment: f64 = bytes(&fashion.sample)
        .iter()
        .map(|&x| f64::from(x).powi(2))
        .sum();
    near(assignment.fashion_mse, (garment + 255.0 * 255.0) / 784.0);
    assert!(evaluation.health.constant_output);
}
