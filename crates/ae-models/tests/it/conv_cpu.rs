//! The engine of convolutional models on the CPU against libtorch's autograd.

use ae_models::{Autoencoder, Output};
use experiment::{Decoder, ModelSpec};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tch::{Device, IndexOp, Kind, Tensor};

const DECODERS: [Decoder; 3] = [Decoder::Unpool, Decoder::Deconv, Decoder::DeconvUnpool];

fn model(decoder: Decoder, seed: u64) -> Autoencoder {
    let spec = ModelSpec::Convolutional { decoder };
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    Autoencoder::new(&spec, &mut rng, Device::Cpu).unwrap()
}

fn uniform(shape: &[i64], seed: u64) -> Tensor {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let count = shape.iter().product::<i64>();
    let values: Vec<f32> = (0..count).map(|_| rng.random_range(0.0..1.0)).collect();
    Tensor::from_slice(&values).view(shape)
}

/// Discs of few gray levels on black: equal pixels, and regions where all is zero.
fn digits(count: i64, seed: u64) -> Tensor {
    let levels = (uniform(&[count, 28, 28], seed) * 3.0).floor() / 2.0;
    let axis = Tensor::arange(28, (Kind::Float, Device::Cpu)) - 12.0;
    let inside = (axis.square().view([28, 1]) + axis.square()).lt(60.0);
    (levels * inside).view([-1, 784]).to_kind(Kind::Float)
}

fn assert_near(found: &Tensor, expected: &Tensor, what: &str) {
    assert_eq!(found.size(), expected.size(), "{what}");
    let scale = expected.abs().max().double_value(&[]);
    let difference = (found - expected).abs().max().double_value(&[]);
    assert!(
        difference <= 2e-5 * scale,
        "{what} differs by {difference}, its largest is {scale}"
    );
}

fn assert_outputs_near(found: &Output, expected: &Output, what: &str) {
    assert_near(&found.reconstruction, &expected.reconstruction, what);
    assert_near(&found.code, &expected.code, what);
}

/// Compares everything with autograd.
fn check(model: &mut Autoencoder, input: &Tensor, target: &Tensor, sparsity: f64, what: &str) {
    assert_outputs_near(
        &model.forward(input),
        &model.forward_autograd(input, None),
        what,
    );
    let (loss, gradients) = model.loss_and_gradients(input, target, sparsity);
    let (expected_loss, expected) = model.loss_and_gradients_autograd(input, target, sparsity);
    assert_near(&loss, &expected_loss, what);
    for ((name, _), (gradient, expected)) in model
        .parameters()
        .iter()
        .zip(gradients.iter().zip(&expected))
    {
        assert_near(gradient, expected, &format!("{what}: gradient of {name}"));
    }
}

#[test]
fn digits_and_noise_equal_autograd() {
    for decoder in DECODERS {
        for (seed, count) in [(1, 1), (2, 7), (3, 33)] {
            let (mut model, target) = (model(decoder, seed), digits(count, seed));
            let what = format!("{decoder:?}, {count} images");
            check(&mut model, &target, &target, 0.0, &what);
            let noisy = &target + uniform(&target.size(), seed + 10) - 0.5;
            check(&mut model, &noisy, &target, 1e-3, &format!("{what}, noisy"));
        }
    }
}

#[test]
fn equal_pixels_and_black_images_too() {
    for decoder in DECODERS {
        let mut model = model(decoder, 4);
        let flat = Tensor::ones([3, 784], (Kind::Float, Device::Cpu)) * 0.5;
        check(&mut model, &flat, &flat, 0.0, &format!("{decoder:?}, gray"));
        let black = flat.zeros_like();
        check(
            &mut model,
            &black,
            &flat,
            0.0,
            &format!("{decoder:?}, black"),
        );
    }
}

#[test]
fn dead_filters_and_layers_too() {
    let target = digits(5, 5);
    for decoder in DECODERS {
        for name in model(decoder, 6).parameters().names() {
            let mut model = model(decoder, 6);
            let index = model.parameters().names().iter().position(|n| n == name);
            let tensor = &mut model.parameters_mut().tensors_mut()[index.unwrap()];
            tch::no_grad(|| {
                // Of the first filter a bias far below zero, of a layer weights of zero.
                if name.ends_with(".bias") {
                    let _ = tensor.i(0).fill_(-1e3);
                } else {
                    let _ = tensor.fill_(0.0);
                }
            });
            check(
                &mut model,
                &target,
                &target,
                0.0,
                &format!("{decoder:?}, {name} dead"),
            );
        }
    }
}

#[test]
fn noise_on_the_code_equals_autograd() {
    for decoder in DECODERS {
        let (model, images) = (model(decoder, 7), digits(6, 7));
        let noise = uniform(&[6, 144], 8) * 4.0 - 2.0;
        let expected = model.forward_autograd(&images, Some(&noise));
        let found = model.forward_with_noise(&images, &noise);
        assert_outputs_near(&found, &expected, &format!("{decoder:?}"));
        let clean = model.forward(&images).reconstruction;
        assert_ne!(found.reconstruction, clean);
    }
}

#[test]
fn a_nan_weight_shows_in_the_loss() {
    for decoder in DECODERS {
        let mut model = model(decoder, 9);
        let _ = tch::no_grad(|| model.parameters_mut().tensors_mut()[1].fill_(f64::NAN));
        let images = digits(2, 9);
        let (loss, _) = model.loss_and_gradients(&images, &images, 0.0);
        assert!(loss.double_value(&[]).is_nan(), "{decoder:?}");
    }
}
