//! PyTorch's initialization of linear and convolutional layers.
//!
//! `nn.Linear`, `nn.Conv2d` and `nn.ConvTranspose2d` draw weights by
//! `kaiming_uniform_(a = sqrt(5))`, which is uniform in +-sqrt(6 / ((1 + 5) fan_in)) =
//! +-1 / sqrt(fan_in), and biases uniform in the same bounds. `fan_in` is the product of the
//! weight's dimensions after the first; the weight of a transposed convolution is
//! `[in, out, k, k]`, so its `fan_in` is `out k k`.

use rand::{Rng, RngExt};
use tch::Tensor;

/// The weight, of `shape`, and the bias, `[outputs]`, of a new layer, on the CPU.
pub fn layer(rng: &mut impl Rng, shape: &[i64], outputs: i64) -> (Tensor, Tensor) {
    let fan_in: i64 = shape[1..].iter().product();
    let bound = 1.0 / (fan_in as f32).sqrt();
    (uniform(rng, shape, bound), uniform(rng, &[outputs], bound))
}

fn uniform(rng: &mut impl Rng, shape: &[i64], bound: f32) -> Tensor {
    let count = shape.iter().product::<i64>() as usize;
    let values: Vec<f32> = (0..count)
        .map(|_| rng.random_range(-bound..bound))
        .collect();
    Tensor::from_slice(&values).view(shape)
}
