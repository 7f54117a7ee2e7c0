//! The engine of dense models on the CPU against libtorch's autograd, on random images and weights.

use ae_models::Autoencoder;
use experiment::{Activation, ModelSpec};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tch::{Device, IndexOp, Tensor};

const DEEP: [usize; 8] = [784, 512, 256, 128, 30, 128, 256, 784];

fn model(widths: &[usize], code_layer: usize, output: Activation) -> Autoencoder {
    let spec = ModelSpec::Dense {
        widths: widths.to_vec(),
        code_layer,
        output,
    };
    Autoencoder::new(&spec, &mut ChaCha8Rng::seed_from_u64(5), Device::Cpu).unwrap()
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
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    let values: Vec<f32> = (0..count * 784)
        .map(|_| rng.random_range(-0.5..0.5))
        .collect();
    Tensor::from_slice(&values).view([count, 784])
}

/// Sets the biases of the layer `name` from unit `first` on so low that the units are never above
/// zero.
fn kill(model: &mut Autoencoder, name: &str, first: i64) {
    let _no_grad = tch::no_grad_guard();
    let index = model.parameters().names().iter().position(|n| n == name);
    let bias = &model.parameters_mut().tensors_mut()[index.expect("a parameter")];
    let _ = bias.i(first..).fill_(-1e3);
}

/// Compares, for a batch, the loss and the gradient of each parameter.
fn check(model: &mut Autoencoder, input: &Tensor, target: &Tensor, sparsity: f64) {
    let (expected_loss, expected) = model.loss_and_gradients_autograd(input, target, sparsity);
    let (loss, gradients) = model.loss_and_gradients(input, target, sparsity);
    let expected_loss = expected_loss.double_value(&[]);
    let loss = loss.double_value(&[]);
    assert!(
        (loss - expected_loss).abs() < 2e-6 * expected_loss,
        "loss {loss}, autograd {expected_loss}"
    );
    let names = model.parameters().names();
    assert_eq!(gradients.len(), names.len());
    for ((name, gradient), expected) in names.iter().zip(&gradients).zip(&expected) {
        let largest = expected.abs().max().double_value(&[]);
        let difference = (gradient - expected).abs().max().double_value(&[]);
        assert!(
            difference <= 1e-5 * largest,
            "{name}: gradients up to {largest} differ by {difference}"
        );
    }
}

#[test]
fn every_dense_model_of_the_assignment() {
    let shapes: [(&[usize], usize, Activation, f64); 8] = [
        (&DEEP, 4, Activation::Relu, 0.0),
        (&[784, 64, 784], 1, Activation::Relu, 0.0),
        (&[784, 128, 784], 1, Activation::Relu, 0.0),
        (&[784, 256, 784], 1, Activation::Relu, 0.0),
        (&[784, 1156, 784], 1, Activation::Relu, 1e-6),
        (&[784, 1156, 784], 1, Activation::Relu, 1e-5),
        (&[784, 1156, 784], 1, Activation::Relu, 1e-4),
        (&[784, 64, 8, 64, 784], 2, Activation::Sigmoid, 0.0),
    ];
    for (widths, code_layer, output, sparsity) in shapes {
        let mut model = model(widths, code_layer, output);
        // A smaller batch after a larger one, in the same memory, and images of other pixels.
        for (count, seed) in [(256, 1), (96, 2)] {
            let images = images(count, seed);
            check(&mut model, &images, &images, sparsity);
        }
    }
}

#[test]
fn noise_on_the_input() {
    let mut model = model(&[784, 256, 784], 1, Activation::Relu);
    let images = images(256, 1);
    check(&mut model, &(&images + noise(256)), &images, 0.0);
}

#[test]
fn all_pixels_then_some_then_all_again() {
    let mut model = model(&[784, 64, 784], 1, Activation::Relu);
    for images in [noise(50).abs(), images(50, 1), noise(50).abs()] {
        check(&mut model, &images, &images, 1e-5);
    }
}

#[test]
fn images_in_another_layout() {
    let mut model = model(&[784, 64, 784], 1, Activation::Relu);
    let images = images(20, 1);
    let by_columns = images.tr().contiguous().tr();
    assert!(!by_columns.is_contiguous());
    check(&mut model, &by_columns, &by_columns, 1e-5);
}

#[test]
#[should_panic(expected = "a target for each pixel")]
fn fewer_targets_than_images() {
    let mut model = model(&[784, 64, 784], 1, Activation::Relu);
    let images = images(20, 1);
    let _ = model.loss_and_gradients(&images, &images.i(..19), 0.0);
}

#[test]
fn units_that_died() {
    let images = images(100, 1);
    for first in [0, 1, 20, 127] {
        let mut model = model(&DEEP, 4, Activation::Relu);
        kill(&mut model, "encoder.4.bias", first);
        kill(&mut model, "decoder.2.bias", first);
        check(&mut model, &images, &images, 1e-4);
    }
    for first in [0, 1, 500, 783] {
        let mut model = model(&[784, 64, 784], 1, Activation::Relu);
        kill(&mut model, "decoder.0.bias", first);
        check(&mut model, &images, &images, 0.0);
    }
}

#[test]
fn a_batch_of_one_black_image() {
    let black = Tensor::zeros([1, 784], tch::kind::FLOAT_CPU);
    for output in [Activation::Relu, Activation::Sigmoid] {
        check(&mut model(&[784, 64, 784], 1, output), &black, &black, 1e-3);
    }
}

#[test]
fn a_nan_pixel_shows_in_the_loss() {
    let mut model = model(&[784, 64, 784], 1, Activation::Relu);
    let images = images(10, 1);
    let _ = images.i((0, 400)).fill_(f64::NAN);
    let (loss, _) = model.loss_and_gradients(&images, &images, 0.0);
    assert!(loss.double_value(&[]).is_nan());
}
