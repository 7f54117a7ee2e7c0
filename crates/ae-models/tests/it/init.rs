//! The law of the first weights, against PyTorch's: `golden/make_init.py` drew each layer 2,000
//! times and noted the largest magnitude and the standard deviation.

use std::{collections::BTreeMap, path::Path};

use ae_models::Autoencoder;
use experiment::{Decoder, ModelSpec};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use tch::{Device, Tensor};

#[derive(serde::Deserialize)]
struct Statistics {
    largest: f64,
    deviation: f64,
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
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let model = Autoencoder::new(spec, &mut rng, Device::Cpu).unwrap();
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
        let largest = values.abs().max().double_value(&[]);
        let deviation = values.std(true).double_value(&[]);
        let near = |found: f64, expected: f64| (found / expected - 1.0).abs() < 0.03;
        assert!(
            near(largest, expected.largest) && near(deviation, expected.deviation),
            "{name}: largest {largest}, deviation {deviation}; PyTorch {} and {}",
            expected.largest,
            expected.deviation
        );
        compared += 1;
    }
    assert_eq!(compared, expected_parameters);
}

#[test]
fn linear_layers_start_as_pytorchs() {
    check(&ModelSpec::dense(&[784, 64, 784], 1), 100, 4);
}

#[test]
fn convolutions_start_as_pytorchs() {
    let decoder = Decoder::Deconv;
    check(&ModelSpec::Convolutional { decoder }, 2000, 8);
}

#[test]
fn a_seed_gives_the_same_weights_again() {
    let spec = ModelSpec::dense(&[784, 8, 784], 1);
    let weights = |seed| {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let model = Autoencoder::new(&spec, &mut rng, Device::Cpu).unwrap();
        model.parameters().get("encoder.0.weight").unwrap().detach()
    };
    assert_eq!(weights(1), weights(1));
    assert_ne!(weights(1), weights(2));
}
