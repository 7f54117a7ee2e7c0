//! Batch normalization of a layer's sums, in training (Ioffe and Szegedy, 2015).

use multiversion::multiversion;

use tch::Tensor;

use super::matrix::Matrix;
use crate::{
    Parameters, as_slice,
    engines::autograd::{EPSILON, MOMENTUM},
    in_parts,
};

/// A batch normalization, with what its way back needs of a batch. The bias of the layer before it is
/// subtracted again with the mean, so its gradient is zero.
#[derive(Debug)]
pub(super) struct BatchNorm {
    /// Which of the model's layers it is.
    pub(super) layer: usize,
    /// `[N, U]`: the sums with the mean 0 and the variance 1 over the batch.
    normalized: Matrix,
    /// `[U]`: what the sums less their means were multiplied by.
    factors: Vec<f32>,
}

impl BatchNorm {
    pub(super) fn new(layer: usize) -> Self {
        BatchNorm {
            layer,
            normalized: Matrix::new(),
            factors: Vec::new(),
        }
    }

    /// Replaces the products of the layer before, `values [N, U]`, by what the offset is to be added
    /// to. The running statistics take the batch in, with `bias [U]` of the layer before.
    pub(super) fn forward(&mut self, values: &mut Matrix, bias: &[f32], parameters: &Parameters) {
        let (rows, columns) = values.size();
        let (mut means, mut variances) = (vec![0.0; columns], vec![0.0; columns]);
        self.factors.resize(columns, 0.0);
        self.normalized.resize(rows, columns);
        // SAFETY: the parameters are borrowed, on this thread alone, and libtorch is not called while
        // the slice lives.
        let scale = unsafe { as_slice(&parameters.of_layer(self.layer)[0]) };
        let width = values.part_width();
        let statistics = means.chunks_mut(width).zip(variances.chunks_mut(width));
        let factors = self.factors.chunks_mut(width).zip(scale.chunks(width));
        let matrices = values.parts_mut(width).into_iter();
        let matrices = matrices.zip(self.normalized.parts_mut(width));
        let parts: Vec<Part> = matrices.zip(statistics.zip(factors)).collect();
        in_parts(parts, &|part| forward_part(part, rows as f32));
        for (mean, bias) in means.iter_mut().zip(bias) {
            *mean += bias;
        }
        self.update_statistics(parameters, rows, &means, &variances);
    }

    /// Takes a batch of `rows` images into the running statistics. The variance there is the estimate
    /// that is unbiased, which one image does not have.
    fn update_statistics(
        &self,
        parameters: &Parameters,
        rows: usize,
        means: &[f32],
        variances: &[f32],
    ) {
        if rows < 2 {
            return;
        }
        let [(_, mean), (_, variance), (_, batches)] = parameters.statistics_of_layer(self.layer)
        else {
            unreachable!("a batch normalization has running statistics");
        };
        let mut batches = batches.shallow_clone();
        let _ = batches.g_add_scalar_(1.0);
        let unbiased = rows as f64 / (rows - 1) as f64;
        for (running, batch, share) in [
            (mean, means, MOMENTUM),
            (variance, variances, MOMENTUM * unbiased),
        ] {
            let mut running = running.shallow_clone();
            let _ = running.g_mul_scalar_(1.0 - MOMENTUM);
            let _ = running.g_add_(&(Tensor::from_slice(batch) * share));
        }
    }

    /// Replaces `gradient [N, U]`, of the loss with respect to the outputs, whose sums over the batch
    /// are `sums [U]`, by the one with respect to the inputs. Returns that of the scale, `[U]`.
    pub(super) fn backward(
        &self,
        gradient: &mut Matrix,
        sums: &[f32],
        parameters: &Parameters,
    ) -> Vec<f32> {
        let (rows, columns) = gradient.size();
        let mut of_scale = vec![0.0; columns];
        // SAFETY: as in `forward`.
        let scale = unsafe { as_slice(&parameters.of_layer(self.layer)[0]) };
        let width = gradient.part_width();
        let factors = self.factors.chunks(width).zip(scale.chunks(width));
        let sums = sums.chunks(width).zip(of_scale.chunks_mut(width));
        let matrices = gradient.parts_mut(width).into_iter();
        let matrices = matrices.zip(self.normalized.parts(width));
        let parts: Vec<BackwardPart> = matrices.zip(sums.zip(factors)).collect();
        in_parts(parts, &|part| backward_part(part, rows as f32));
        of_scale
    }
}

/// Some columns: the values and what they are normalized to; means, variances, factors and scale.
type Part<'a> = (
    (Vec<&'a mut [f32]>, Vec<&'a mut [f32]>),
    ((&'a mut [f32], &'a mut [f32]), (&'a mut [f32], &'a [f32])),
);

/// [`BatchNorm::forward`] for some columns of `rows` images.
fn forward_part(part: Part, rows: f32) {
    let ((mut values, mut normalized), ((means, variances), (factors, scale))) = part;
    add_columns(&values, means);
    means.iter_mut().for_each(|mean| *mean /= rows);
    add_squares(&values, means, variances);
    variances.iter_mut().for_each(|v| *v /= rows);
    for (factor, variance) in factors.iter_mut().zip(variances) {
        *factor = 1.0 / (*variance + EPSILON as f32).sqrt();
    }
    normalize(&mut values, (means, factors), scale, &mut normalized);
}

/// Some columns: the gradient and the normalized values; the sums of the gradient and of its products
/// with them, factors and scale.
type BackwardPart<'a> = (
    (Vec<&'a mut [f32]>, Vec<&'a [f32]>),
    ((&'a [f32], &'a mut [f32]), (&'a [f32], &'a [f32])),
);

/// [`BatchNorm::backward`] for some columns of `rows` images.
fn backward_part(part: BackwardPart, rows: f32) {
    let ((mut gradient, normalized), ((sums, of_scale), (factors, scale))) = part;
    add_products(&gradient, &normalized, of_scale);
    let factors: Vec<f32> = factors.iter().zip(scale).map(|(f, s)| f * s).collect();
    let mean = |sums: &[f32]| -> Vec<f32> { sums.iter().map(|s| s / rows).collect() };
    let means = (mean(sums), mean(of_scale));
    subtract_means(&mut gradient, &normalized, (&means.0, &means.1), &factors);
}

/// Adds the rows of `values [N, U]` to `sums [U]`.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
fn add_columns(values: &[&mut [f32]], sums: &mut [f32]) {
    for row in values {
        for (value, sum) in row.iter().zip(sums.iter_mut()) {
            *sum += value;
        }
    }
}

/// Adds the squares of `values [N, U]` less `means [U]` to `sums [U]`.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
fn add_squares(values: &[&mut [f32]], means: &[f32], sums: &mut [f32]) {
    for row in values {
        for ((value, mean), sum) in row.iter().zip(means).zip(sums.iter_mut()) {
            *sum += (value - mean) * (value - mean);
        }
    }
}

/// Sets `normalized [N, U]` to `values [N, U]` less the means, `[U]`, times the factors, `[U]`, and
/// `values` to `scale [U]` times that.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
fn normalize(
    values: &mut [&mut [f32]],
    (means, factors): (&[f32], &[f32]),
    scale: &[f32],
    normalized: &mut [&mut [f32]],
) {
    let width = scale.len();
    let (means, factors) = (&means[..width], &factors[..width]);
    for (row, normalized) in values.iter_mut().zip(normalized) {
        let (row, normalized) = (&mut row[..width], &mut normalized[..width]);
        for column in 0..width {
            let value = (row[column] - means[column]) * factors[column];
            normalized[column] = value;
            row[column] = scale[column] * value;
        }
    }
}

/// Adds the products of `a [N, U]` and `b [N, U]`, summed over the rows, to `sums [U]`.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
fn add_products(a: &[&mut [f32]], b: &[&[f32]], sums: &mut [f32]) {
    for (a, b) in a.iter().zip(b) {
        for ((a, b), sum) in a.iter().zip(*b).zip(sums.iter_mut()) {
            *sum += a * b;
        }
    }
}

/// Replaces each g of `gradient [N, U]` by f (g - m - n p), where m is the mean of g over the batch, n
/// of `normalized [N, U]`, p the mean of g n, and f of `factors [U]`.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
fn subtract_means(
    gradient: &mut [&mut [f32]],
    normalized: &[&[f32]],
    (means, of_products): (&[f32], &[f32]),
    factors: &[f32],
) {
    let width = factors.len();
    let (means, of_products) = (&means[..width], &of_products[..width]);
    for (row, normalized) in gradient.iter_mut().zip(normalized) {
        let (row, normalized) = (&mut row[..width], &normalized[..width]);
        for column in 0..width {
            let rest = row[column] - means[column] - normalized[column] * of_products[column];
            row[column] = factors[column] * rest;
        }
    }
}
