//! PyTorch's initialization of linear and convolutional layers.
//!
//! `nn.Linear`, `nn.Conv2d` and `nn.ConvTranspose2d` draw weights by
//! `kaiming_uniform_(a = sqrt(5))`, which is uniform in +-sqrt(6 / ((1 + 5) fan_in)) =
//! +-1 / sqrt(fan_in), and biases uniform in the same bounds. `fan_in` is the product of the
//! weight's dimensions after the first; the weight of a transposed convolution is
//! `[in, out, k, k]`, so its `fan_in` is `out k k`.

use experiment::Layer;
use rand::{Rng, RngExt};
use tch::Tensor;

/// The tensors of a new layer, by [`Layer::tensors`], on the CPU.
pub(crate) fn layer(rng: &mut impl Rng, layer: &Layer) -> Vec<Tensor> {
    // A layer that has the weights of another has the bias of one with its own.
    let fan_in: usize = match layer.weight_shape() {
        Some(weight) => weight[1..].iter().product(),
        None => layer.input.channels,
    };
    let bound = 1.0 / (fan_in as f32).sqrt();
    let shapes = layer.tensors().into_iter();
    shapes
        .map(|(_, shape)| uniform(rng, &shape, bound))
        .collect()
}

fn uniform(rng: &mut impl Rng, shape: &[usize], bound: f32) -> Tensor {
    let values: Vec<f32> = (0..shape.iter().product())
        .map(|_| rng.random_range(-bound..bound))
        .collect();
    let shape: Vec<i64> = shape.iter().map(|&size| size as i64).collect();
    Tensor::from_slice(&values).view(shape.as_slice())
}
