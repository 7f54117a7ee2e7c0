//! Against PyTorch, scikit-image and scikit-learn: ten steps of Adam, PSNR and SSIM, areas under
//! ROC curves. The scripts that made the values are `golden/make_metrics.py`,
//! `golden/make_roc_auc.py` and `ae-models/tests/golden/make_golden.py`.

use std::{collections::BTreeMap, fs, path::PathBuf};

use ae_models::Autoencoder;
use experiment::{Decoder, ModelSpec};
use safetensors::SafeTensors;
use tch::{Device, Kind, Tensor};
use train::{
    area_under_roc,
    random::{RngStream, generator},
    scores_of,
    training::{Adam, AdamSettings, Optimizer},
};

fn crates() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn ten_steps(name: &str, spec: &ModelSpec) {
    let path = crates().join(format!("ae-models/tests/golden/{name}.safetensors"));
    let bytes = fs::read(path).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let golden: BTreeMap<String, Tensor> = file
        .iter()
        .map(|(name, view)| {
            let shape: Vec<i64> = view.shape().iter().map(|&d| d as i64).collect();
            let tensor = Tensor::from_data_size(view.data(), &shape, Kind::Float);
            (name.to_owned(), tensor)
        })
        .collect();

    let mut rng = generator(1, name, RngStream::Weights, 0);
    let mut model = Autoencoder::new(spec, &mut rng, Device::Cpu).unwrap();
    let names = model.parameters().names().to_vec();
    let before: Vec<Tensor> = names
        .iter()
        .map(|n| golden[&format!("before.{n}")].shallow_clone())
        .collect();
    model.parameters_mut().set(&before);
    let mut adam = Adam::new(model.parameters(), AdamSettings::default());

    for step in 1..=10 {
        let (loss, gradients) = model.loss_and_gradients(&golden["x"], &golden["x"], 0.0);
        let expected = golden["losses"].double_value(&[step - 1]);
        let found = loss.double_value(&[]);
        assert!(
            (found / expected - 1.0).abs() < 1e-5,
            "{name}: loss of step {step} {found}, PyTorch {expected}"
        );
        adam.step(
            step as usize,
            1e-3,
            model.parameters_mut().tensors_mut(),
            &gradients,
        );
    }
    for (parameter, weight) in model.parameters().iter() {
        let expected = &golden[&format!("after.{parameter}")];
        let difference = (weight - expected).abs().max().double_value(&[]);
        assert!(
            difference < 2e-6,
            "{name}: {parameter} differs by {difference}"
        );
    }
}

#[test]
fn ten_steps_of_adam_on_a_dense_model() {
    ten_steps("adam-dense", &ModelSpec::dense(&[784, 8, 784], 1));
}

#[test]
fn ten_steps_of_adam_on_a_convolutional_model() {
    let decoder = Decoder::DeconvUnpool;
    ten_steps("adam-conv", &ModelSpec::Convolutional { decoder });
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
    let text = fs::read_to_string(crates().join("train/tests/golden/metrics.json")).unwrap();
    let pairs: Vec<Pair> = serde_json::from_str(&text).unwrap();
    assert_eq!(pairs.len(), 6);
    for pair in pairs {
        let unit = |pixels: &[f32]| -> Vec<f32> { pixels.iter().map(|p| p / 255.0).collect() };
        let scores = scores_of(&unit(&pair.image), &unit(&pair.reconstruction));
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
fn a_perfect_reconstruction_has_no_finite_psnr() {
    let image: Vec<f32> = (0..784).map(|i| i as f32 / 784.0).collect();
    let scores = scores_of(&image, &image);
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
    let text = fs::read_to_string(crates().join("train/tests/golden/roc_auc.json")).unwrap();
    let detectors: Vec<Detector> = serde_json::from_str(&text).unwrap();
    assert_eq!(detectors.len(), 9);
    for detector in detectors {
        let auc = area_under_roc(&detector.negatives, &detector.positives);
        assert!(
            (auc - detector.auc).abs() < 1e-12,
            "{}: {auc}, scikit-learn {}",
            detector.name,
            detector.auc
        );
    }
}
