//! What several tests need: models, images, and the comparison of an engine with autograd.

use ae_models::{Autoencoder, Objective, ObjectiveValue};
use experiment::{ModelSpec, Operation, Sparsity};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tch::{Device, Tensor};

/// Tolerance of the loss, which is a mean of many terms.
const MAX_LOSS_DIFFERENCE: f64 = 2e-6;

/// A model on the CPU.
pub fn model(spec: &ModelSpec, objective: Objective, seed: u64) -> Autoencoder {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    Autoencoder::new(spec, objective, &mut rng, Device::Cpu)
}

/// The mean squared error with an L1 penalty on the code of this weight.
pub fn mse(sparsity: f64) -> Objective {
    Objective {
        sparsity: Sparsity::L1 { weight: sparsity },
        ..Objective::default()
    }
}

/// The random numbers of a step, always the same.
pub fn draws() -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(7)
}

/// Numbers drawn uniformly from 0 to 1.
pub fn uniform(shape: &[i64], seed: u64) -> Tensor {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let count = shape.iter().product::<i64>();
    let values: Vec<f32> = (0..count).map(|_| rng.random_range(0.0..1.0)).collect();
    Tensor::from_slice(&values).view(shape)
}

/// Changes the parameter of this name.
pub fn change(model: &mut Autoencoder, name: &str, change: impl FnOnce(&mut Tensor)) {
    let _no_grad = tch::no_grad_guard();
    let index = model.parameters().names().iter().position(|n| n == name);
    change(&mut model.parameters_mut().tensors_mut()[index.expect("a parameter")]);
}

/// The maximum difference, relative to the maximum magnitude of `expected`.
pub fn difference(found: &Tensor, expected: &Tensor) -> f64 {
    assert_eq!(found.size(), expected.size());
    let difference = (found - expected).abs().max().double_value(&[]);
    if difference == 0.0 {
        return 0.0;
    }
    difference / expected.abs().max().double_value(&[])
}

fn assert_near(found: &Tensor, expected: &Tensor, tolerance: f64, what: &str) {
    let difference = difference(found, expected);
    // A comparison with NaN is false, so this also fails on one.
    assert!(
        difference <= tolerance,
        "{what}: relative difference {difference:.1e}, at most {tolerance:.1e} expected"
    );
}

/// Compares everything that the model's engine computes with autograd: the forward pass, the loss, and
/// the gradient of each parameter.
pub fn assert_equals_autograd(
    model: &mut Autoencoder,
    input: &Tensor,
    target: &Tensor,
    tolerance: f64,
    what: &str,
) {
    let (found, expected) = (model.forward(input), model.forward_autograd(input, None));
    let what_of = |part: &str| format!("{what}: {part}");
    assert_near(&found.code, &expected.code, tolerance, &what_of("code"));
    let (found, expected) = (found.reconstruction, expected.reconstruction);
    assert_near(&found, &expected, tolerance, &what_of("reconstruction"));

    let (expected_loss, expected) = model.loss_and_gradients_autograd(input, target, &mut draws());
    let (loss, found) = model.loss_and_gradients(input, target, &mut draws());
    assert_near(
        &loss.total,
        &expected_loss.total,
        MAX_LOSS_DIFFERENCE,
        &what_of("loss"),
    );
    let terms = |value: &ObjectiveValue| {
        let reconstruction = Some(value.reconstruction.shallow_clone());
        [
            reconstruction,
            value.penalty.as_ref().map(Tensor::shallow_clone),
        ]
    };
    for (found, expected) in terms(&loss).iter().zip(&terms(&expected_loss)) {
        assert_eq!(found.is_some(), expected.is_some(), "{}", what_of("terms"));
        if let (Some(found), Some(expected)) = (found, expected) {
            // Rounding of a term that is small beside the others does not matter.
            let found = found - expected + &expected_loss.total;
            let what = what_of("a term of the loss");
            assert_near(&found, &expected_loss.total, MAX_LOSS_DIFFERENCE, &what);
        }
    }
    let names = model.parameters().names();
    assert_eq!(found.len(), names.len());
    let pairs = model.layers().windows(2);
    let normalized: Vec<String> = pairs
        .filter(|pair| pair[1].operation == Operation::BatchNorm)
        .filter_map(|pair| Some(format!("{}.bias", pair[0].name.as_ref()?)))
        .collect();
    for (name, (found, expected)) in names.iter().zip(found.iter().zip(&expected)) {
        let what = what_of(&format!("gradient of {name}"));
        // The normalization subtracts it again: what autograd has is rounding.
        if model.engine() == "dense-cpu" && normalized.contains(name) {
            assert_eq!(found, &found.zeros_like(), "{what}");
            continue;
        }
        assert_near(found, expected, tolerance, &what);
    }
}
