//! Measures of a model's weights, for which no image is needed.

use experiment::{IMAGE_SIDE, PIXELS};
use tch::{Kind, Tensor};

/// Root of the mean square of all entries.
pub(crate) fn root_mean_square(weight: &Tensor) -> f64 {
    weight.square().mean(Kind::Double).sqrt().double_value(&[])
}

/// Correlation of entries that are neighbours, to the right or below, within each of `filters`,
/// F x P; averaged over the filters. Pixels that are not `lit` do not count, nor does a
/// filter without contrast; `None` if no filter is left.
pub(crate) fn neighbour_correlation(filters: &[f32], lit: &[bool]) -> Option<f64> {
    let neighbours = neighbours(lit);
    let correlations: Vec<f64> = filters
        .chunks_exact(PIXELS)
        .map(|filter| {
            let weight = |pixel: usize| f64::from(filter[pixel]);
            let pairs = neighbours.iter();
            let pairs: Vec<_> = pairs.map(|&(a, b)| (weight(a), weight(b))).collect();
            correlation(&pairs)
        })
        .filter(|correlation| correlation.is_finite())
        .collect();
    let sum: f64 = correlations.iter().sum();
    (!correlations.is_empty()).then(|| sum / correlations.len() as f64)
}

/// Each lit pixel with the one to its right, and with the one below it, if these are lit too.
fn neighbours(lit: &[bool]) -> Vec<(usize, usize)> {
    let right = (0..PIXELS).filter(|pixel| (pixel + 1) % IMAGE_SIDE != 0);
    let right = right.map(|pixel| (pixel, pixel + 1));
    let below = (0..PIXELS - IMAGE_SIDE).map(|pixel| (pixel, pixel + IMAGE_SIDE));
    right
        .chain(below)
        .filter(|&(a, b)| lit[a] && lit[b])
        .collect()
}

/// Pearson's; not a number if one side does not vary.
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

    #[test]
    fn weights_of_pixels_that_no_image_lights_do_not_count() {
        let lit: Vec<bool> = (0..PIXELS).map(|pixel| pixel / IMAGE_SIDE >= 14).collect();
        let board = |pixel: usize| ((pixel / IMAGE_SIDE + pixel) % 2) as f32;
        let smooth = |pixel: usize| (pixel as f32 / 300.0).sin();
        let filter: Vec<f32> = (0..PIXELS)
            .map(|pixel| {
                if lit[pixel] {
                    smooth(pixel)
                } else {
                    board(pixel)
                }
            })
            .collect();
        assert!(neighbour_correlation(&filter, &lit).unwrap() > 0.95);
        assert!(neighbour_correlation(&filter, &[true; PIXELS]).unwrap() < 0.5);
        assert_eq!(neighbour_correlation(&filter, &[false; PIXELS]), None);
    }
}
