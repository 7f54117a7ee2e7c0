//! Against PyTorch: ten steps of Adam. `ae-models/tests/golden/make_golden.py` made the values.

use std::{collections::BTreeMap, env, fs, path::PathBuf};

use ae_models::{Autoencoder, Objective};
use experiment::{Decoder, ModelSpec, Training};
use safetensors::SafeTensors;
use tch::{Device, Kind, Tensor};
use train::{
    random::{RngStream, generator},
    training::Optimizer,
};

fn crates() -> PathBuf {
    PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("..")
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

    let mut rng = generator(1, RngStream::Weights, 0);
    let mut model = Autoencoder::new(spec, Objective::default(), &mut rng, Device::Cpu);
    let names = model.parameters().names().to_vec();
    let before: Vec<Tensor> = names
        .iter()
        .map(|n| golden[&format!("before.{n}")].shallow_clone())
        .collect();
    model.parameters_mut().set(&before);
    let mut adam = Optimizer::new(&Training::default(), model.parameters().iter());

    for step in 1..=10 {
        let (loss, gradients) = model.loss_and_gradients(&golden["x"], &golden["x"], &mut rng);
        let expected = golden["losses"].double_value(&[step - 1]);
        let found = loss.total.double_value(&[]);
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
    ten_steps("adam-dense", &ModelSpec::dense(&[784, 8, 784]));
}

#[test]
fn ten_steps_of_adam_on_a_convolutional_model() {
    let decoder = Decoder::DeconvUnpool;
    ten_steps("adam-conv", &ModelSpec::convolutional(decoder));
}
