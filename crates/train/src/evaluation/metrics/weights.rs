//! Metrics of a model's weights.

use experiment::Shape;
use tch::{Kind, Tensor};

/// Root of the mean square of all entries of a tensor of any shape.
pub(crate) fn root_mean_square(weight: &Tensor) -> f64 {
    weight.square().mean(Kind::Double).sqrt().double_value(&[])
}

/// Correlation of entries that are neighbors, to the right or below, within each of `filters`,
/// F x P for images of `shape`, averaged over the filters. Only `nonzero` pixels, `[P]`, count, and
/// filters with contrast; `None` if no filter is left.
pub(crate) fn neighbor_correlation(filters: &[f32], shape: Shape, nonzero: &[bool]) -> Option<f64> {
    let neighbors = neighbors(shape, nonzero);
    let correlations: Vec<f64> = filters
        .chunks_exact(shape.size())
        .map(|filter| {
            let weight = |pixel: usize| f64::from(filter[pixel]);
            let pairs: Vec<_> = neighbors
                .iter()
                .map(|&(a, b)| (weight(a), weight(b)))
                .collect();
            correlation(&pairs)
        })
        .filter(|correlation| correlation.is_finite())
        .collect();
    let sum: f64 = correlations.iter().sum();
    (!correlations.is_empty()).then(|| sum / correlations.len() as f64)
}

/// Each nonzero pixel with the one to its right and with the one below it in the same channel, if
/// these are nonzero too.
fn neighbors(shape: Shape, nonzero: &[bool]) -> Vec<(usize, usize)> {
    let Shape { rows, columns, .. } = shape;
    let right = (0..shape.size())
        .filter(|pixel| (pixel + 1) % columns != 0)
        .map(|pixel| (pixel, pixel + 1));
    let below = (0..shape.size())
        .filter(|pixel| pixel / columns % rows + 1 < rows)
        .map(|pixel| (pixel, pixel + columns));
    right
        .chain(below)
        .filter(|&(a, b)| nonzero[a] && nonzero[b])
        .collect()
}

/// Pearson's correlation; NaN if one side does not vary.
fn correlation(pairs: &[(f64, f64)]) -> f64 {
    let mean = |value: &dyn Fn(&(f64, f64)) -> f64| {
        pairs.iter().map(value).sum::<f64>() / pairs.len() as f64
    };
    let (mean_a, mean_b) = (mean(&|(a, _)| *a), mean(&|(_, b)| *b));
    let covariance = mean(&|(a, b)| (a - mean_a) * (b - mean_b));
    let variance_a = mean(&|(a, _)| (a - mean_a).powi(2));
    let variance_b = mean(&|(_, b)| (b - mean_b).powi(2));
    covariance / (variance_a * variance_b).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIDE: usize = 28;
    const PIXELS: usize = SIDE * SIDE;

    #[test]
    fn weights_of_pixels_that_are_zero_in_all_images_do_not_count() {
        let shape = Shape::square(1, SIDE);
        let nonzero: Vec<bool> = (0..PIXELS).map(|pixel| pixel / SIDE >= 14).collect();
        let board = |pixel: usize| ((pixel / SIDE + pixel) % 2) as f32;
        let smooth = |pixel: usize| (pixel as f32 / 300.0).sin();
        let filter: Vec<f32> = (0..PIXELS)
            .map(|pixel| {
                if nonzero[pixel] {
                    smooth(pixel)
                } else {
                    board(pixel)
                }
            })
            .collect();
        assert!(neighbor_correlation(&filter, shape, &nonzero).unwrap() > 0.95);
        assert!(neighbor_correlation(&filter, shape, &[true; PIXELS]).unwrap() < 0.5);
        assert_eq!(neighbor_correlation(&filter, shape, &[false; PIXELS]), None);
    }
}
