//! The first weights of a layer.
//!
//! In PyTorch, `nn.Linear`, `nn.Conv2d` and `nn.ConvTranspose2d` draw weights by
//! `kaiming_uniform_(a = sqrt(5))`, which is uniform in +-sqrt(6 / ((1 + 5) fan_in)) =
//! +-1 / sqrt(fan_in), and biases uniform in the same bounds. `fan_in` is the product of the
//! weight's dimensions after the first; the weight of a transposed convolution is
//! `[in, out, k, k]`, so its `fan_in` is `out k k`. The other initializations count in the same way.

use experiment::{Initialization, Layer, Operation};
use rand::{Rng, RngExt, seq::index::sample};
use tch::{Device, Kind, Tensor};

use crate::Draws;

/// Weights of a unit that a sparse initialization draws.
const SPARSE_WEIGHTS: usize = 15;

/// The tensors of a new layer, by [`Layer::tensors`], on the CPU.
pub(crate) fn layer(
    rng: &mut impl Rng,
    layer: &Layer,
    initialization: Initialization,
) -> Vec<Tensor> {
    if matches!(
        layer.operation,
        Operation::BatchNorm | Operation::GroupNorm { .. }
    ) {
        let shape = [layer.output.channels as i64];
        let options = (Kind::Float, Device::Cpu);
        return vec![Tensor::ones(shape, options), Tensor::zeros(shape, options)];
    }
    // A layer that has the weights of another has the bias of one with its own.
    let fan_in: usize = match layer.weight_shape() {
        Some(weight) => weight[1..].iter().product(),
        None => layer.input.channels,
    };
    let tensors = layer.tensors().into_iter();
    tensors
        .map(|(part, shape)| match (initialization, part) {
            (Initialization::Pytorch, _) => uniform(rng, &shape, 1.0 / (fan_in as f32).sqrt()),
            (Initialization::He, "weight") => {
                rng.normal(&size(&shape)) * (2.0 / fan_in as f64).sqrt()
            }
            (Initialization::Glorot, "weight") => {
                let fan_out = fan_in / shape[1] * shape[0];
                uniform(rng, &shape, (6.0 / (fan_in + fan_out) as f32).sqrt())
            }
            (Initialization::Sparse, "weight") => sparse(rng, &shape, fan_in),
            (_, _) => Tensor::zeros(size(&shape), (Kind::Float, Device::Cpu)),
        })
        .collect()
}

/// The first running statistics of a layer, by [`Layer::statistics`], on the CPU.
pub(crate) fn statistics(layer: &Layer) -> Vec<Tensor> {
    let tensors = layer.statistics().into_iter();
    tensors
        .map(|(part, shape)| {
            let first = if part == "running_var" { 1.0 } else { 0.0 };
            Tensor::full(size(&shape), first, (Kind::Float, Device::Cpu))
        })
        .collect()
}

fn sparse(rng: &mut impl Rng, shape: &[usize], fan_in: usize) -> Tensor {
    let mut values = vec![0.0; shape.iter().product()];
    for unit in values.chunks_exact_mut(fan_in) {
        let inputs = sample(rng, fan_in, SPARSE_WEIGHTS.min(fan_in));
        let draws = Vec::<f32>::try_from(rng.normal(&[inputs.len() as i64]));
        for (input, draw) in inputs.iter().zip(draws.expect("a row of floats")) {
            unit[input] = draw;
        }
    }
    Tensor::from_slice(&values).view(size(shape).as_slice())
}

fn uniform(rng: &mut impl Rng, shape: &[usize], bound: f32) -> Tensor {
    let values: Vec<f32> = (0..shape.iter().product())
        .map(|_| rng.random_range(-bound..bound))
        .collect();
    Tensor::from_slice(&values).view(size(shape).as_slice())
}

fn size(shape: &[usize]) -> Vec<i64> {
    shape.iter().map(|&size| size as i64).collect()
}
