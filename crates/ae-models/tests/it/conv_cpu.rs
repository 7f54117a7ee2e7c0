//! The engine of convolutional models on the CPU against libtorch's autograd.

use ae_models::Autoencoder;
use experiment::{Decoder, ModelSpec};
use tch::{Device, IndexOp, Kind, Tensor};

use crate::support::{self, assert_equals_autograd, change, draws, mse, uniform};

const DECODERS: [Decoder; 3] = [Decoder::Unpool, Decoder::Deconv, Decoder::DeconvUnpool];
const TOLERANCE: f64 = 2e-5;

fn model(decoder: Decoder, sparsity: f64, seed: u64) -> Autoencoder {
    let spec = ModelSpec::convolutional(decoder);
    let model = support::model(&spec, mse(sparsity), seed);
    assert_eq!(model.engine(), "conv-cpu");
    model
}

/// Discs of few gray levels on black: equal pixels, and regions where all is zero.
fn digits(count: i64, seed: u64) -> Tensor {
    let levels = (uniform(&[count, 28, 28], seed) * 3.0).floor() / 2.0;
    let axis = Tensor::arange(28, (Kind::Float, Device::Cpu)) - 12.0;
    let inside = (axis.square().view([28, 1]) + axis.square()).lt(60.0);
    (levels * inside).view([-1, 784]).to_kind(Kind::Float)
}

fn check(model: &mut Autoencoder, input: &Tensor, target: &Tensor, what: &str) {
    assert_equals_autograd(model, input, target, TOLERANCE, what);
}

#[test]
fn digits_and_noise_equal_autograd() {
    for decoder in DECODERS {
        for (seed, count) in [(1, 1), (2, 7), (3, 33)] {
            let target = digits(count, seed);
            let what = format!("{decoder:?}, {count} images");
            check(&mut model(decoder, 0.0, seed), &target, &target, &what);
            let noisy = &target + uniform(&target.size(), seed + 10) - 0.5;
            let what = format!("{what}, noisy");
            check(&mut model(decoder, 1e-3, seed), &noisy, &target, &what);
        }
    }
}

#[test]
fn equal_pixels_and_black_images_too() {
    for decoder in DECODERS {
        let mut model = model(decoder, 0.0, 4);
        let gray = Tensor::ones([3, 784], (Kind::Float, Device::Cpu)) * 0.5;
        check(&mut model, &gray, &gray, &format!("{decoder:?}, gray"));
        let black = gray.zeros_like();
        check(&mut model, &black, &gray, &format!("{decoder:?}, black"));
    }
}

#[test]
fn dead_filters_and_layers_too() {
    let target = digits(5, 5);
    for decoder in DECODERS {
        for name in model(decoder, 0.0, 6).parameters().names() {
            let mut model = model(decoder, 0.0, 6);
            change(&mut model, name, |tensor| {
                // The first filter gets a bias far below zero, or the layer gets weights of zero.
                if name.ends_with(".bias") {
                    let _ = tensor.i(0).fill_(-1e3);
                } else {
                    let _ = tensor.fill_(0.0);
                }
            });
            let what = format!("{decoder:?}, {name} dead");
            check(&mut model, &target, &target, &what);
        }
    }
}

#[test]
fn noise_on_the_code_equals_autograd() {
    for decoder in DECODERS {
        let (model, images) = (model(decoder, 0.0, 7), digits(6, 7));
        let noise = uniform(&[6, 144], 8) * 4.0 - 2.0;
        let expected = model.forward_autograd(&images, Some(&noise));
        let found = model.forward_with_noise(&images, &noise);
        for (found, expected) in [
            (&found.reconstruction, &expected.reconstruction),
            (&found.code, &expected.code),
        ] {
            assert!(
                support::difference(found, expected) <= TOLERANCE,
                "{decoder:?}"
            );
        }
        let clean = model.forward(&images).reconstruction;
        assert_ne!(found.reconstruction, clean);
    }
}

#[test]
fn a_nan_weight_shows_in_the_loss() {
    for decoder in DECODERS {
        let mut model = model(decoder, 0.0, 9);
        change(&mut model, "encoder_conv1.0.bias", |bias| {
            let _ = bias.fill_(f64::NAN);
        });
        let images = digits(2, 9);
        let (loss, _) = model.loss_and_gradients(&images, &images, &mut draws());
        assert!(loss.total.double_value(&[]).is_nan(), "{decoder:?}");
    }
}
