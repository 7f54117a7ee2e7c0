//! Elastic distortion (Simard, Steinkraus and Platt, 2003).

use experiment::Shape;
use multiversion::multiversion;
use rand::{Rng, RngExt};

use super::bilinear::remap;

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

    fn smooth(&self, field: &[f32]) -> Vec<f32> {
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

/// A field, H x W, of independent numbers that are uniform in -1 to 1.
pub(super) fn draw(shape: Shape, rng: &mut impl Rng) -> Vec<f32> {
    (0..shape.rows * shape.columns)
        .map(|_| rng.random_range(-1.0..=1.0))
        .collect()
}

/// Distorts an image, C x H x W: each pixel takes the value at its place displaced by `alpha` times
/// the smoothed fields, of H x W displacements down and as many to the right.
pub(super) fn distort(
    image: &mut [f32],
    shape: Shape,
    smoothing: &Smoothing,
    alpha: f32,
    fields: [Vec<f32>; 2],
) {
    let [down, right] = fields.map(|field| smoothing.smooth(&field));
    let sources: Vec<[f32; 2]> = (0..shape.rows * shape.columns)
        .map(|index| {
            let (row, column) = (index / shape.columns, index % shape.columns);
            [
                row as f32 + alpha * down[index],
                column as f32 + alpha * right[index],
            ]
        })
        .collect();
    remap(image, shape, &sources);
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::*;
    use crate::data::golden::{assert_near, golden};

    #[test]
    fn a_distortion_by_given_fields_is_that_of_scipy() {
        for case in &golden("augmentation.json")["elastic"] {
            let shape = case.shape();
            let smoothing = Smoothing::new(shape, case.number("sigma"));
            let fields = [case.numbers("down"), case.numbers("right")];
            let alpha = case.number("alpha") as f32;
            let smoothed = fields.clone().map(|field| smoothing.smooth(&field));
            assert_near(&smoothed[0], &case.numbers("smooth_down"), 1e-6);
            assert_near(&smoothed[1], &case.numbers("smooth_right"), 1e-6);
            let mut image = case.numbers("image");
            distort(&mut image, shape, &smoothing, alpha, fields);
            assert_near(&image, &case.numbers("expected"), 1e-4);
        }
    }

    #[test]
    fn displacements_are_uniform_from_minus_1_to_1() {
        let shape = Shape {
            channels: 1,
            rows: 100,
            columns: 100,
        };
        let mut field = draw(shape, &mut ChaCha8Rng::seed_from_u64(1));
        field.sort_by(f32::total_cmp);
        // Of 10,000 draws a quantile in the middle has a standard deviation of 0.01.
        for (index, value) in (0..).zip(&field) {
            let expected = index as f32 / 5000.0 - 1.0;
            assert!(
                (value - expected).abs() < 0.04,
                "{value}, expected {expected}"
            );
        }
    }
}
