//! The initialization of the weights, against PyTorch's: `golden/make_init.py` drew each layer 2,000
//! times and noted the maximum magnitude and the standard deviation.

use std::{collections::BTreeMap, env, path::Path};

use experiment::{ConvolutionalSpec, Decoder, DenseSpec, Initialization, ModelSpec};
use tch::{Kind, Tensor};

use crate::support::{model, mse};

#[derive(serde::Deserialize)]
struct Statistics {
    maximum: f64,
    std: f64,
}

fn pytorch() -> BTreeMap<String, Statistics> {
    let path =
        Path::new(&env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("tests/golden/init.json");
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
    check(&ModelSpec::convolutional(decoder), 2000, 8);
}

/// All draws of the weight of this name in 20 models.
fn weights(spec: &ModelSpec, name: &str) -> Tensor {
    let weight = |seed| {
        let model = model(spec, mse(0.0), seed);
        let bias = model.parameters().get(&name.replace("weight", "bias"));
        assert_eq!(bias.unwrap().abs().max().double_value(&[]), 0.0);
        model.parameters().get(name).unwrap().detach()
    };
    let weights: Vec<Tensor> = (0..20).map(weight).collect();
    Tensor::stack(&weights, 0)
}

fn assert_near(found: f64, expected: f64) {
    assert!(
        (found / expected - 1.0).abs() < 0.05,
        "{found}, expected {expected}"
    );
}

fn std(values: &Tensor) -> f64 {
    values.std(true).double_value(&[])
}

#[test]
fn he_and_glorot_have_their_variances() {
    let dense = |initialization| {
        ModelSpec::Dense(DenseSpec {
            widths: vec![784, 50, 784],
            initialization,
            ..DenseSpec::default()
        })
    };
    let convolutional = |initialization| {
        ModelSpec::Convolutional(ConvolutionalSpec {
            decoder: Decoder::Deconv,
            initialization,
            ..ConvolutionalSpec::default()
        })
    };
    let normal = weights(&dense(Initialization::He), "decoder.0.weight");
    assert_near(std(&normal), (2.0_f64 / 50.0).sqrt());
    // Beyond any bound of a uniform distribution of this variance.
    assert!(normal.max().double_value(&[]) > 3.0 * std(&normal));
    let uniform = weights(&dense(Initialization::Glorot), "encoder.0.weight");
    let bound = (6.0_f64 / (784.0 + 50.0)).sqrt();
    assert_near(uniform.max().double_value(&[]), bound);
    assert_near(std(&uniform), bound / 3_f64.sqrt());
    // 8 channels to 16 of 3 x 3; transposed, 16 to 8 of 4 x 4.
    let (he, glorot) = (Initialization::He, Initialization::Glorot);
    for (initialization, name, variance) in [
        (he, "encoder_conv2.0.weight", 2.0 / 72.0),
        (glorot, "encoder_conv2.0.weight", 2.0 / (72.0 + 144.0)),
        (he, "decoder_conv2.0.weight", 2.0 / 128.0),
        (glorot, "decoder_conv2.0.weight", 2.0 / (128.0 + 256.0)),
    ] {
        let spec = convolutional(initialization);
        assert_near(std(&weights(&spec, name)), f64::sqrt(variance));
    }
}

#[test]
fn a_sparse_initialization_draws_fifteen_weights_of_each_unit() {
    let spec = ModelSpec::Dense(DenseSpec {
        widths: vec![784, 10, 784],
        initialization: Initialization::Sparse,
        ..DenseSpec::default()
    });
    for (name, expected) in [("encoder.0.weight", 15), ("decoder.0.weight", 10)] {
        let weights = weights(&spec, name);
        let nonzero = weights.ne(0.0);
        let counts = nonzero.sum_dim_intlist([-1_i64].as_slice(), false, Kind::Int64);
        assert_eq!(counts.min().int64_value(&[]), expected, "{name}");
        assert_eq!(counts.max().int64_value(&[]), expected, "{name}");
        assert_near(std(&weights.masked_select(&nonzero)), 1.0);
    }
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
