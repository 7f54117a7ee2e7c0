//! A Gaussian filter, which makes neighboring displacements alike.

use experiment::Shape;
use multiversion::multiversion;

/// A Gaussian filter for fields of H x W numbers: two matrices, of which one mixes the rows of a
/// field and one its columns. The Gaussian is cut off at four standard deviations and has the sum 1;
/// numbers beyond the frame count as 0.
pub(super) struct Smoothing {
    shape: Shape,
    /// H x H.
    rows: Vec<f32>,
    /// W x W.
    columns: Vec<f32>,
}

impl Smoothing {
    /// With a standard deviation of `sigma` pixels.
    pub(super) fn new(shape: Shape, sigma: f64) -> Self {
        let radius = (4.0 * sigma + 0.5) as usize;
        let weight = |distance: usize| (-0.5 * (distance as f64 / sigma).powi(2)).exp();
        let sum = 1.0 + 2.0 * (1..=radius).map(weight).sum::<f64>();
        let matrix = |side: usize| {
            let entries = (0..side * side).map(|index| (index / side).abs_diff(index % side));
            let within = |distance| {
                if distance <= radius {
                    weight(distance)
                } else {
                    0.0
                }
            };
            entries
                .map(|distance| (within(distance) / sum) as f32)
                .collect()
        };
        Smoothing {
            shape,
            rows: matrix(shape.rows),
            columns: matrix(shape.columns),
        }
    }

    /// A field, H x W, filtered.
    pub(super) fn smooth(&self, field: &[f32]) -> Vec<f32> {
        let mut mixed = vec![0.0; field.len()];
        add_product(&self.rows, field, self.shape.columns, &mut mixed);
        let mut smooth = vec![0.0; field.len()];
        add_product(&mixed, &self.columns, self.shape.columns, &mut smooth);
        smooth
    }
}

/// Adds the product of two matrices, H x M and M x W, to `sum`, H x W; `width` is W.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
fn add_product(left: &[f32], right: &[f32], width: usize, sum: &mut [f32]) {
    let inner = right.len() / width;
    for (left, sum) in left.chunks_exact(inner).zip(sum.chunks_exact_mut(width)) {
        for (&factor, right) in left.iter().zip(right.chunks_exact(width)) {
            for (sum, &summand) in sum.iter_mut().zip(right) {
                *sum += factor * summand;
            }
        }
    }
}
