//! Measures of a model's weights, for which no image is needed.

use experiment::{IMAGE_SIDE, PIXELS};
use tch::{Kind, Tensor};

/// Root of the mean square of all entries; `None` if there are none.
pub(crate) fn root_mean_square(weights: &[Tensor]) -> Option<f64> {
    let squares = |weight: &Tensor| weight.square().sum(Kind::Double).double_value(&[]);
    let count: usize = weights.iter().map(Tensor::numel).sum();
    let sum: f64 = weights.iter().map(squares).sum();
    (count > 0).then(|| (sum / count as f64).sqrt())
}

/// Correlation of entries that are neighbours, to the right or below, within each of `filters`,
/// F x P; averaged over the filters. A filter without contrast has none and does not count;
/// `None` if no filter is left.
pub(crate) fn neighbour_correlation(filters: &[f32]) -> Option<f64> {
    let correlations: Vec<f64> = filters
        .chunks_exact(PIXELS)
        .map(|filter| correlation(&neighbours(filter)))
        .filter(|correlation| correlation.is_finite())
        .collect();
    let sum: f64 = correlations.iter().sum();
    (!correlations.is_empty()).then(|| sum / correlations.len() as f64)
}

/// Each entry with the one to its right, and with the one below it.
fn neighbours(filter: &[f32]) -> Vec<(f64, f64)> {
    let pair = |index: usize, step: usize| {
        let (here, there) = (filter[index], filter[index + step]);
        (f64::from(here), f64::from(there))
    };
    let right = (0..PIXELS).filter(|index| (index + 1) % IMAGE_SIDE != 0);
    let below = 0..PIXELS - IMAGE_SIDE;
    right
        .map(|index| pair(index, 1))
        .chain(below.map(|index| pair(index, IMAGE_SIDE)))
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
