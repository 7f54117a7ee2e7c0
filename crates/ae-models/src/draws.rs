//! The random numbers of a training step and of new weights.

use std::f64::consts::TAU;

use rand::{Rng, RngExt};
use tch::Tensor;

/// Where a training step takes its random numbers from: any generator of random bits, or a test that
/// knows them.
pub trait Draws {
    /// Independent draws, uniform from 0 to 1, 1 left out, of `shape`, on the CPU.
    fn uniform(&mut self, shape: &[i64]) -> Tensor;

    /// Independent draws from N(0, 1), of `shape`, on the CPU.
    fn normal(&mut self, shape: &[i64]) -> Tensor;
}

impl<R: Rng> Draws for R {
    fn uniform(&mut self, shape: &[i64]) -> Tensor {
        tensor(shape, || self.random::<f32>())
    }

    /// By Box and Muller (1958), of whose two numbers one is used.
    fn normal(&mut self, shape: &[i64]) -> Tensor {
        tensor(shape, || {
            let (u, v): (f64, f64) = (self.random(), self.random());
            ((-2.0 * (1.0 - u).ln()).sqrt() * (TAU * v).cos()) as f32
        })
    }
}

fn tensor(shape: &[i64], draw: impl FnMut() -> f32) -> Tensor {
    let count: i64 = shape.iter().product();
    let values: Vec<f32> = std::iter::repeat_with(draw).take(count as usize).collect();
    Tensor::from_slice(&values).view(shape)
}
