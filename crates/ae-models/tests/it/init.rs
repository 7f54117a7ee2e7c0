//! The initialization of the weights, against PyTorch's: `golden/make_init.py` drew each layer 2,000
//! times and noted the maximum magnitude and the standard deviation.

use std::{collections::BTreeMap, path::Path};

use experiment::{ConvolutionalSpec, Decoder, ModelSpec};
use tch::Tensor;

use crate::support::{model, mse};

#[derive(serde::Deserialize)]
struct Statistics {
    maximum: f64,
    std: f64,
}

fn pytorch() -> BTreeMap<String, Statistics> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/init.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Draws the model many times and compares those of its parameters that PyTorch's file names.
fn check(spec: &ModelSpec, draws: u64, expected_parameters: usize) {
    let pytorch = pytorch();
    let mut drawn: BTreeMap<String, Vec<Tensor>> = BTreeMap::new();
    for seed in 0..draws {
        let model = model(spec, mse(0.0), seed);
        for (name, tensor) in model.parameters().iter() {
            drawn.entry(name.into()).or_default().push(tensor.detach());
        }
    }
    let mut compared = 0;
    for (name, tensors) in &drawn {
        let Some(expected) = pytorch.get(name) else {
            continue;
        };
        let values = Tensor::stack(tensors, 0);
        let maximum = values.abs().max().double_value(&[]);
        let std = values.std(true).double_value(&[]);
        let near = |found: f64, expected: f64| (found / expected - 1.0).abs() < 0.03;
        assert!(
            near(maximum, expected.maximum) && near(std, expected.std),
            "{name}: maximum {maximum}, std {std}; PyTorch {} and {}",
            expected.maximum,
            expected.std
        );
        compared += 1;
    }
    assert_eq!(compared, expected_parameters);
}

#[test]
fn linear_layers_start_as_pytorchs() {
    check(&ModelSpec::dense(&[784, 64, 784]), 100, 4);
}

#[test]
fn convolutions_start_as_pytorchs() {
    let decoder = Decoder::Deconv;
    check(
        &ModelSpec::Convolutional(ConvolutionalSpec { decoder }),
        2000,
        8,
    );
}

#[test]
fn a_seed_gives_the_same_weights_again() {
    let spec = ModelSpec::dense(&[784, 8, 784]);
    let weights = |seed| {
        let model = model(&spec, mse(0.0), seed);
        model.parameters().get("encoder.0.weight").unwrap().detach()
    };
    assert_eq!(weights(1), weights(1));
    assert_ne!(weights(1), weights(2));
}
