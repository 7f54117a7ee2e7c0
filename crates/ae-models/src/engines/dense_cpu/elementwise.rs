//! Elementwise passes over the matrices of a dense model, between its matrix products. Each is
//! compiled for several instruction sets and the best one is taken at run time; all give the same
//! bits.
//!
//! A pass gets matrices as their rows, a row an image, or as parts of them with some of the columns:
//! `values [N, U]`. It sums over the images in their order. Where a pass takes `nonzero [U]`,
//! `nonzero[c]` is OR-ed with the bits of every entry of column c, so it is zero only if the column
//! is all zeros. NaN counts as nonzero.

use experiment::{Activation, Loss};
use multiversion::multiversion;

use super::functions::{self, with_function};

/// Marks in `nonzero [U]` the columns of `values [N, U]` that have a nonzero entry.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub(super) fn find_nonzero_columns(values: &[&[f32]], nonzero: &mut [u32]) {
    for row in values {
        for (value, nonzero) in row.iter().zip(nonzero.iter_mut()) {
            *nonzero |= value.to_bits();
        }
    }
}

/// Replaces each x of `values [N, U]` by max(0, x + b), with `bias [U]`, and marks the nonzero
/// columns of the result in `nonzero [U]`.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub(super) fn add_bias_relu(values: &mut [&mut [f32]], bias: &[f32], nonzero: &mut [u32]) {
    for row in values {
        for ((value, bias), nonzero) in row.iter_mut().zip(bias).zip(nonzero.iter_mut()) {
            let sum = *value + bias;
            *value = if sum < 0.0 { 0.0 } else { sum };
            *nonzero |= value.to_bits();
        }
    }
}

/// Adds `bias [U]` to each row of `values [N, U]`.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub(super) fn add_bias(values: &mut [&mut [f32]], bias: &[f32]) {
    for row in values {
        for (value, bias) in row.iter_mut().zip(bias) {
            *value += bias;
        }
    }
}

/// Replaces each x of `values [N, U]` by f(x + b), f being the activation and `bias [U]`, and sets
/// `slopes [N, U]` to the slopes of f there.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub(super) fn add_bias_activate(
    values: &mut [&mut [f32]],
    bias: &[f32],
    activation: Activation,
    slopes: &mut [&mut [f32]],
) {
    with_function!(activation, f => {
        for (row, slopes) in values.iter_mut().zip(slopes) {
            for ((value, slope), bias) in row.iter_mut().zip(slopes.iter_mut()).zip(bias) {
                (*value, *slope) = f(*value + bias);
            }
        }
    });
}

/// Sets the entries of `values [N, U]` and `slopes [N, U]` to 0 where `uniform [N, U]` is less than
/// `share`, and divides the others by 1 - `share`.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub(super) fn drop_units(
    values: &mut [&mut [f32]],
    slopes: &mut [&mut [f32]],
    uniform: &[&[f32]],
    share: f32,
) {
    let kept = 1.0 / (1.0 - share);
    for ((row, slopes), uniform) in values.iter_mut().zip(slopes).zip(uniform) {
        for ((value, slope), &draw) in row.iter_mut().zip(slopes.iter_mut()).zip(*uniform) {
            let factor = if draw < share { 0.0 } else { kept };
            *value *= factor;
            *slope *= factor;
        }
    }
}

/// Column sums over a batch that a pass over the output collects, `[P]` each.
pub(super) struct OutputSums {
    /// What the loss is the mean of, such as squared errors.
    pub(super) losses: Vec<f32>,
    /// Gradients of the loss with respect to the last layer's sums: the gradient of its bias.
    pub(super) gradients: Vec<f32>,
    /// Which columns have a nonzero gradient.
    pub(super) nonzero: Vec<u32>,
}

impl OutputSums {
    pub(super) fn zeros(columns: usize) -> Self {
        OutputSums {
            losses: vec![0.0; columns],
            gradients: vec![0.0; columns],
            nonzero: vec![0; columns],
        }
    }

    /// The sums of each part of `width` columns.
    pub(super) fn parts_mut(&mut self, width: usize) -> impl Iterator<Item = PartOfSums<'_>> {
        let losses = self.losses.chunks_mut(width);
        let gradients = self.gradients.chunks_mut(width);
        let sums = losses.zip(gradients).zip(self.nonzero.chunks_mut(width));
        sums.map(|((losses, gradients), nonzero)| PartOfSums {
            losses,
            gradients,
            nonzero,
        })
    }
}

/// The [`OutputSums`] of some columns.
pub(super) struct PartOfSums<'a> {
    losses: &'a mut [f32],
    gradients: &'a mut [f32],
    nonzero: &'a mut [u32],
}

/// Replaces the last layer's products `values [N, P]` by the gradient of `scale / 2` times the
/// squared error with respect to the layer's sums: `scale` (y - t) where y = max(0, x + b) is not
/// 0, with `bias [P]` and `target [N, P]`.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub(super) fn bias_relu_squared_error(
    values: &mut [&mut [f32]],
    bias: &[f32],
    target: &[&[f32]],
    scale: f32,
    sums: &mut PartOfSums,
) {
    each_pixel(values, bias, target, sums, |sum, target| {
        let output = if sum < 0.0 { 0.0 } else { sum };
        let error = output - target;
        let gradient = if output == 0.0 { 0.0 } else { scale * error };
        (error * error, gradient)
    });
}

/// Replaces outputs y of a sigmoid, `values [N, P]`, by the gradient of `scale / 2` times the squared
/// error with respect to the sigmoid's input: `scale` (y - t) (1 - y) y, with `target [N, P]`.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub(super) fn sigmoid_squared_error(
    values: &mut [&mut [f32]],
    target: &[&[f32]],
    scale: f32,
    sums: &mut PartOfSums,
) {
    let width = sums.losses.len();
    let losses = &mut sums.losses[..width];
    let gradients = &mut sums.gradients[..width];
    let nonzero = &mut sums.nonzero[..width];
    for (row, target) in values.iter_mut().zip(target) {
        let (row, target) = (&mut row[..width], &target[..width]);
        for column in 0..width {
            let output = row[column];
            let error = output - target[column];
            let gradient = scale * error * (1.0 - output) * output;
            losses[column] += error * error;
            gradients[column] += gradient;
            nonzero[column] |= gradient.to_bits();
            row[column] = gradient;
        }
    }
}

/// Like [`bias_relu_squared_error`], for any activation of the output and any loss, of which `scale`
/// is the weight of one pixel: 1 / (N P).
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub(super) fn bias_loss(
    values: &mut [&mut [f32]],
    bias: &[f32],
    (activation, loss): (Activation, Loss),
    target: &[&[f32]],
    scale: f32,
    sums: &mut PartOfSums,
) {
    match loss {
        Loss::Mse => with_function!(activation, f => {
            each_pixel(values, bias, target, sums, |x, t| {
                let (y, slope) = f(x);
                let error = y - t;
                (error * error, 2.0 * scale * error * slope)
            });
        }),
        Loss::L1 => with_function!(activation, f => {
            each_pixel(values, bias, target, sums, |x, t| {
                let (y, slope) = f(x);
                let error = y - t;
                (error.abs(), scale * sign(error) * slope)
            });
        }),
        Loss::Bce => each_pixel(values, bias, target, sums, |x, t| {
            let (loss, gradient) = functions::cross_entropy(x, t);
            (loss, scale * gradient)
        }),
    }
}

/// Replaces the products `values [N, P]` by the second number that `f` makes of each sum x + b and
/// its target, a gradient; the first is a loss.
#[inline(always)]
fn each_pixel(
    values: &mut [&mut [f32]],
    bias: &[f32],
    target: &[&[f32]],
    sums: &mut PartOfSums,
    f: impl Fn(f32, f32) -> (f32, f32),
) {
    let width = bias.len();
    let losses = &mut sums.losses[..width];
    let gradients = &mut sums.gradients[..width];
    let nonzero = &mut sums.nonzero[..width];
    for (row, target) in values.iter_mut().zip(target) {
        let (row, target) = (&mut row[..width], &target[..width]);
        for column in 0..width {
            let (loss, gradient) = f(row[column] + bias[column], target[column]);
            losses[column] += loss;
            gradients[column] += gradient;
            nonzero[column] |= gradient.to_bits();
            row[column] = gradient;
        }
    }
}

/// 1, -1 or, of 0 and NaN, these themselves.
#[inline(always)]
fn sign(x: f32) -> f32 {
    if x > 0.0 {
        1.0
    } else if x < 0.0 {
        -1.0
    } else {
        x
    }
}

/// Takes `gradients [N, K]` back through the ReLU whose outputs were `outputs [N, K]`, adding
/// `penalty`, the slope of a penalty on these outputs. Adds the column sums to `sums [K]`.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub(super) fn relu_backward(
    gradients: &mut [&mut [f32]],
    outputs: &[&[f32]],
    penalty: f32,
    sums: &mut [f32],
) {
    for (row, outputs) in gradients.iter_mut().zip(outputs) {
        for ((gradient, &output), sum) in row.iter_mut().zip(*outputs).zip(sums.iter_mut()) {
            *gradient = if output == 0.0 {
                0.0
            } else {
                *gradient + penalty
            };
            *sum += *gradient;
        }
    }
}

/// Takes `gradients [N, U]` back through an activation whose slopes were `slopes [N, U]`, adding the
/// slope of an L1 penalty of weight `penalty` on its outputs, `outputs [N, U]`. Adds the column sums
/// to `sums [U]`.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub(super) fn slopes_backward(
    gradients: &mut [&mut [f32]],
    slopes: &[&[f32]],
    outputs: &[&[f32]],
    penalty: f32,
    sums: &mut [f32],
) {
    let width = sums.len();
    for ((row, slopes), outputs) in gradients.iter_mut().zip(slopes).zip(outputs) {
        let (row, slopes, outputs) = (&mut row[..width], &slopes[..width], &outputs[..width]);
        for column in 0..width {
            let gradient = row[column] + penalty * sign(outputs[column]);
            row[column] = gradient * slopes[column];
            sums[column] += row[column];
        }
    }
}

/// The sum of the magnitudes of `values`, of any shape.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub(super) fn sum_of_magnitudes(values: &[f32]) -> f64 {
    sum_of(values, f32::abs)
}

/// The sum of `values`, of any shape.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub(super) fn sum(values: &[f32]) -> f64 {
    sum_of(values, |value| value)
}

#[inline(always)]
fn sum_of(values: &[f32], f: impl Fn(f32) -> f32) -> f64 {
    let mut lanes = [0.0; 16];
    let (chunks, rest) = values.as_chunks::<16>();
    for chunk in chunks {
        for (lane, &value) in lanes.iter_mut().zip(chunk) {
            *lane += f64::from(f(value));
        }
    }
    let rest_sum: f64 = rest.iter().map(|&value| f64::from(f(value))).sum();
    lanes.iter().sum::<f64>() + rest_sum
}
