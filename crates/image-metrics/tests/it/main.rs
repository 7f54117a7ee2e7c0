//! Against scikit-image and scikit-learn; the scripts that made the values are `golden/make_metrics.py`
//! and `golden/make_roc_auc.py`.

use std::{env, fs, path::PathBuf};

use image_metrics::{Scores, roc_auc, ssim};
use serde::de::DeserializeOwned;

fn golden<T: DeserializeOwned>(name: &str) -> Vec<T> {
    let path = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap())
        .join("tests/golden")
        .join(name);
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

#[derive(serde::Deserialize)]
struct Pair {
    name: String,
    psnr: f64,
    ssim: f64,
    image: Vec<f32>,
    reconstruction: Vec<f32>,
}

#[test]
fn psnr_and_ssim_are_those_of_scikit_image() {
    let pairs: Vec<Pair> = golden("metrics.json");
    assert_eq!(pairs.len(), 6);
    for pair in pairs {
        let unit = |pixels: &[f32]| -> Vec<f32> { pixels.iter().map(|p| p / 255.0).collect() };
        let scores = Scores::of(&unit(&pair.image), &unit(&pair.reconstruction), [1, 28, 28]);
        let psnr = scores.psnr.unwrap();
        assert!(
            (psnr - pair.psnr).abs() < 1e-4,
            "{}: PSNR {psnr}",
            pair.name
        );
        let ssim = scores.ssim;
        assert!(
            (ssim - pair.ssim).abs() < 1e-5,
            "{}: SSIM {ssim}",
            pair.name
        );
    }
}

#[test]
fn an_image_resembles_itself_more_than_its_negative() {
    for (rows, columns) in [(28, 28), (11, 32), (8, 8), (4, 9), (3, 3)] {
        let image: Vec<f32> = (0..rows * columns)
            .map(|pixel| (pixel % 7) as f32 / 6.0)
            .collect();
        let negative: Vec<f32> = image.iter().map(|pixel| 1.0 - pixel).collect();
        assert!((ssim(&image, &image, columns) - 1.0).abs() < 1e-12);
        assert!(ssim(&image, &negative, columns) < 0.0);
    }
}

#[test]
fn a_perfect_reconstruction_has_no_finite_psnr() {
    let image: Vec<f32> = (0..784).map(|i| i as f32 / 784.0).collect();
    let scores = Scores::of(&image, &image, [1, 28, 28]);
    assert_eq!((scores.sse, scores.psnr), (0.0, None));
    assert!((scores.ssim - 1.0).abs() < 1e-12);
}

#[derive(serde::Deserialize)]
struct Detector {
    name: String,
    auc: f64,
    negatives: Vec<f64>,
    positives: Vec<f64>,
}

#[test]
fn areas_under_roc_curves_are_those_of_scikit_learn() {
    let detectors: Vec<Detector> = golden("roc_auc.json");
    assert_eq!(detectors.len(), 9);
    for detector in detectors {
        let auc = roc_auc(&detector.negatives, &detector.positives);
        assert!(
            (auc - detector.auc).abs() < 1e-12,
            "{}: {auc}, scikit-learn {}",
            detector.name,
            detector.auc
        );
    }
}
