//! The engine of dense models on the CPU against libtorch's autograd, on random images and weights.

use ae_models::Autoencoder;
use experiment::{Activation, DenseSpec, ModelSpec};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tch::{IndexOp, Tensor};

use crate::support::{self, assert_equals_autograd, change, draws, mse, uniform};

const DEEP: [usize; 8] = [784, 512, 256, 128, 30, 128, 256, 784];

fn model_with_output(widths: &[usize], output: Activation, sparsity: f64) -> Autoencoder {
    let spec = ModelSpec::Dense(DenseSpec {
        widths: widths.to_vec(),
        output,
        ..DenseSpec::default()
    });
    let model = support::model(&spec, mse(sparsity), 5);
    assert_eq!(model.engine(), "dense-cpu");
    model
}

fn model(widths: &[usize], sparsity: f64) -> Autoencoder {
    model_with_output(widths, Activation::Relu, sparsity)
}

/// `count` images `[N, P]` whose outer pixels, and a fifth of the inner ones, are black in all.
fn images(count: i64, seed: u64) -> Tensor {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut values = vec![0.0; count as usize * 784];
    for (index, value) in values.iter_mut().enumerate() {
        let (row, column) = (index % 784 / 28, index % 28);
        let inside = (3..25).contains(&row) && (4..24).contains(&column);
        if inside && (row + column) % 5 != 0 && rng.random_bool(0.4) {
            *value = rng.random_range(0.0..1.0_f32);
        }
    }
    Tensor::from_slice(&values).view([count, 784])
}

/// Noise in every pixel.
fn noise(count: i64) -> Tensor {
    uniform(&[count, 784], 9) - 0.5
}

/// Sets the biases of the layer `name` from unit `first` on so low that the units are never above
/// zero.
fn kill(model: &mut Autoencoder, name: &str, first: i64) {
    change(model, name, |bias| {
        let _ = bias.i(first..).fill_(-1e3);
    });
}

fn check(model: &mut Autoencoder, input: &Tensor, target: &Tensor) {
    assert_equals_autograd(model, input, target, 1e-5, "dense");
}

#[test]
fn every_dense_model_of_the_assignment() {
    let shapes: [(&[usize], Activation, f64); 8] = [
        (&DEEP, Activation::Relu, 0.0),
        (&[784, 64, 784], Activation::Relu, 0.0),
        (&[784, 128, 784], Activation::Relu, 0.0),
        (&[784, 256, 784], Activation::Relu, 0.0),
        (&[784, 1156, 784], Activation::Relu, 1e-6),
        (&[784, 1156, 784], Activation::Relu, 1e-5),
        (&[784, 1156, 784], Activation::Relu, 1e-4),
        (&[784, 64, 8, 64, 784], Activation::Sigmoid, 0.0),
    ];
    for (widths, output, sparsity) in shapes {
        let mut model = model_with_output(widths, output, sparsity);
        // A smaller batch after a larger one, in the same memory, and images of other pixels.
        for (count, seed) in [(256, 1), (96, 2)] {
            let images = images(count, seed);
            check(&mut model, &images, &images);
        }
    }
}

#[test]
fn noise_on_the_input() {
    let images = images(256, 1);
    let noisy = &images + noise(256);
    check(&mut model(&[784, 256, 784], 0.0), &noisy, &images);
}

#[test]
fn all_pixels_then_some_then_all_again() {
    let mut model = model(&[784, 64, 784], 1e-5);
    for images in [noise(50).abs(), images(50, 1), noise(50).abs()] {
        check(&mut model, &images, &images);
    }
}

#[test]
fn images_in_another_layout() {
    let images = images(20, 1);
    let by_columns = images.tr().contiguous().tr();
    assert!(!by_columns.is_contiguous());
    check(&mut model(&[784, 64, 784], 1e-5), &by_columns, &by_columns);
}

#[test]
#[should_panic(expected = "a target for each pixel")]
fn fewer_targets_than_images() {
    let images = images(20, 1);
    let _ = model(&[784, 64, 784], 0.0).loss_and_gradients(&images, &images.i(..19), &mut draws());
}

#[test]
fn units_that_died() {
    let images = images(100, 1);
    for first in [0, 1, 20, 127] {
        let mut model = model(&DEEP, 1e-4);
        kill(&mut model, "encoder.4.bias", first);
        kill(&mut model, "decoder.2.bias", first);
        check(&mut model, &images, &images);
    }
    for first in [0, 1, 500, 783] {
        let mut model = model(&[784, 64, 784], 0.0);
        kill(&mut model, "decoder.0.bias", first);
        check(&mut model, &images, &images);
    }
}

#[test]
fn a_batch_of_one_black_image() {
    let black = Tensor::zeros([1, 784], tch::kind::FLOAT_CPU);
    for output in [Activation::Relu, Activation::Sigmoid] {
        let mut model = model_with_output(&[784, 64, 784], output, 1e-3);
        check(&mut model, &black, &black);
    }
}

#[test]
fn a_nan_pixel_shows_in_the_loss() {
    let images = images(10, 1);
    let _ = images.i((0, 400)).fill_(f64::NAN);
    let (loss, _) = model(&[784, 64, 784], 0.0).loss_and_gradients(&images, &images, &mut draws());
    assert!(loss.total.double_value(&[]).is_nan());
}
