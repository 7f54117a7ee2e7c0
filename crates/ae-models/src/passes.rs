//! Single passes over the matrices of a dense model, between its multiplications. Each is compiled
//! for several instruction sets, of which the processor's best is taken; none of them rounds
//! otherwise.
//!
//! Where a pass is given `seen`, a number a column, those of columns that have an entry other than
//! zero become other than zero: the entries' bits are joined, so that what is no number counts.

use multiversion::multiversion;

/// Which columns of `values` have an entry other than zero.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub(crate) fn find_seen(values: &[f32], seen: &mut [u32]) {
    for row in values.chunks_exact(seen.len()) {
        for (value, seen) in row.iter().zip(seen.iter_mut()) {
            *seen |= value.to_bits();
        }
    }
}

/// x to max(0, x + b), row by row.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub(crate) fn add_bias_relu(values: &mut [f32], bias: &[f32], seen: &mut [u32]) {
    for row in values.chunks_exact_mut(bias.len()) {
        for ((value, bias), seen) in row.iter_mut().zip(bias).zip(seen.iter_mut()) {
            let sum = *value + bias;
            *value = if sum < 0.0 { 0.0 } else { sum };
            *seen |= value.to_bits();
        }
    }
}

/// x to x + b, row by row.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub(crate) fn add_bias(values: &mut [f32], bias: &[f32]) {
    for row in values.chunks_exact_mut(bias.len()) {
        for (value, bias) in row.iter_mut().zip(bias) {
            *value += bias;
        }
    }
}

/// What a pass over the output adds up, column by column.
pub(crate) struct Sums {
    /// Squared errors.
    pub(crate) squares: Vec<f32>,
    /// Gradients.
    pub(crate) gradients: Vec<f32>,
    pub(crate) seen: Vec<u32>,
}

impl Sums {
    pub(crate) fn zero(columns: usize) -> Self {
        Sums {
            squares: vec![0.0; columns],
            gradients: vec![0.0; columns],
            seen: vec![0; columns],
        }
    }
}

/// From what the last layer adds a bias and a ReLU to, to `scale` (y - t) where y is not 0: the
/// gradient of a squared error with respect to it.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub(crate) fn relu_error(
    values: &mut [f32],
    bias: &[f32],
    target: &[f32],
    scale: f32,
    sums: &mut Sums,
) {
    let width = bias.len();
    let rows = values
        .chunks_exact_mut(width)
        .zip(target.chunks_exact(width));
    let (squares, gradients) = (&mut sums.squares[..width], &mut sums.gradients[..width]);
    let seen = &mut sums.seen[..width];
    for (row, target) in rows {
        for column in 0..width {
            let sum = row[column] + bias[column];
            let output = if sum < 0.0 { 0.0 } else { sum };
            let error = output - target[column];
            let gradient = if output == 0.0 { 0.0 } else { scale * error };
            squares[column] += error * error;
            gradients[column] += gradient;
            seen[column] |= gradient.to_bits();
            row[column] = gradient;
        }
    }
}

/// From outputs y of a sigmoid to `scale` (y - t) y (1 - y): the gradient of a squared error with
/// respect to what the sigmoid was given.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub(crate) fn sigmoid_error(values: &mut [f32], target: &[f32], scale: f32, sums: &mut Sums) {
    let width = sums.squares.len();
    let rows = values
        .chunks_exact_mut(width)
        .zip(target.chunks_exact(width));
    let (squares, gradients) = (&mut sums.squares[..width], &mut sums.gradients[..width]);
    let seen = &mut sums.seen[..width];
    for (row, target) in rows {
        for column in 0..width {
            let output = row[column];
            let error = output - target[column];
            let gradient = scale * error * (1.0 - output) * output;
            squares[column] += error * error;
            gradients[column] += gradient;
            seen[column] |= gradient.to_bits();
            row[column] = gradient;
        }
    }
}

/// Back through a ReLU whose outputs were `outputs`, on which lay a penalty of this slope; adds up
/// the columns.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub(crate) fn relu_backward(
    gradients: &mut [f32],
    outputs: &[f32],
    penalty: f32,
    sums: &mut [f32],
) {
    let width = sums.len();
    let rows = gradients
        .chunks_exact_mut(width)
        .zip(outputs.chunks_exact(width));
    for (row, outputs) in rows {
        for ((gradient, &output), sum) in row.iter_mut().zip(outputs).zip(sums.iter_mut()) {
            *gradient = if output == 0.0 {
                0.0
            } else {
                *gradient + penalty
            };
            *sum += *gradient;
        }
    }
}

/// The sum of all values.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub(crate) fn sum(values: &[f32]) -> f64 {
    let mut lanes = [0.0; 16];
    let (chunks, rest) = values.as_chunks::<16>();
    for chunk in chunks {
        for (lane, &value) in lanes.iter_mut().zip(chunk) {
            *lane += f64::from(value);
        }
    }
    let rest = rest.iter().map(|&value| f64::from(value));
    lanes.iter().sum::<f64>() + rest.sum::<f64>()
}
