//! Each optimizer against its formula.

use ae_models::{Autoencoder, Objective};
use experiment::{ModelSpec, Optimizer};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use tch::{Device, Tensor};
use train::training::optimizer;

fn numbers(tensor: &Tensor) -> Vec<f64> {
    Vec::try_from(tensor.detach().to_kind(tch::Kind::Double).flatten(0, -1)).unwrap()
}

#[test]
fn adam_takes_the_constants_of_its_settings() {
    let (beta1, beta2, epsilon): (f64, f64, f64) = (0.7, 0.9, 1e-2);
    let mut rng = StdRng::seed_from_u64(7);
    let spec = ModelSpec::dense(&[784, 2, 784]);
    let mut model = Autoencoder::new(&spec, Objective::default(), &mut rng, Device::Cpu);
    let settings = Optimizer::Adam {
        beta1,
        beta2,
        epsilon,
    };
    let mut adam = optimizer(&settings, model.parameters());
    let names: Vec<String> = adam.state().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names[0], "first_moment/encoder.0.weight");
    assert_eq!(names.last().unwrap(), "second_moment/decoder.0.bias");

    let mut weights = numbers(&model.parameters().tensors()[0]);
    let mut first = vec![0.0; weights.len()];
    let mut second = vec![0.0; weights.len()];
    for step in 1..=5 {
        let rate = 0.1 / step as f64;
        let gradients: Vec<Tensor> = model
            .parameters()
            .tensors()
            .iter()
            .map(|parameter| {
                let values: Vec<f32> = (0..parameter.numel())
                    .map(|_| rng.random_range(-1.0..1.0))
                    .collect();
                Tensor::from_slice(&values).view_as(parameter)
            })
            .collect();
        for (i, g) in numbers(&gradients[0]).into_iter().enumerate() {
            first[i] = beta1 * first[i] + (1.0 - beta1) * g;
            second[i] = beta2 * second[i] + (1.0 - beta2) * g * g;
            let mean = first[i] / (1.0 - beta1.powi(step));
            let square = second[i] / (1.0 - beta2.powi(step));
            weights[i] -= rate * mean / (square.sqrt() + epsilon);
        }
        let parameters = model.parameters_mut().tensors_mut();
        adam.step(step as usize, rate, parameters, &gradients);
    }
    for (found, expected) in numbers(&model.parameters().tensors()[0])
        .iter()
        .zip(weights)
    {
        assert!(
            (found - expected).abs() < 1e-5,
            "{found}, expected {expected}"
        );
    }
}
