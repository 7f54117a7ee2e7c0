//! The error of each image, a threshold, and the ROC curve.

use image_metrics::squared_errors;
use tch::{Kind, Tensor};

/// A white pixel at 0-255 scale, squared.
const MAX_SQUARED: f64 = 255.0 * 255.0;

/// The most points of a ROC curve, which are spread evenly.
const MAX_POINTS: usize = 1000;

/// The squared error of one image.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ImageError {
    /// The sum over the P numbers of the image, at 0-1 scale.
    pub sse: f64,
    /// P.
    pub numbers: usize,
}

impl ImageError {
    /// The mean over the numbers of the image, at 0-1 scale.
    pub fn mse(self) -> f64 {
        self.sse / self.numbers as f64
    }

    /// The sum at 0-255 scale.
    pub fn sse_255(self) -> f64 {
        self.sse * MAX_SQUARED
    }

    /// The mean at 0-255 scale.
    pub fn mse_255(self) -> f64 {
        self.mse() * MAX_SQUARED
    }
}

/// The errors of reconstructions, both `[N, P]`.
pub fn errors(images: &Tensor, reconstructions: &Tensor) -> Vec<ImageError> {
    let numbers = images.size()[1] as usize;
    let (images, reconstructions) = (floats(images), floats(reconstructions));
    let errors = squared_errors(&images, &reconstructions, numbers);
    errors
        .into_iter()
        .map(|sse| ImageError { sse, numbers })
        .collect()
}

/// The numbers of a tensor, row by row.
pub(crate) fn floats(tensor: &Tensor) -> Vec<f32> {
    let flat = tensor.detach().to_kind(Kind::Float).reshape([-1]);
    Vec::try_from(flat).expect("floats of rank 1")
}

/// The quantile of at least one error, between two of them linearly, as NumPy's default does.
///
/// # Panics
/// Without errors.
pub fn quantile(errors: &[f64], share: f64) -> f64 {
    let mut sorted = errors.to_vec();
    sorted.sort_by(f64::total_cmp);
    let position = share * (sorted.len() - 1) as f64;
    let (below, above) = (
        sorted[position.floor() as usize],
        sorted[position.ceil() as usize],
    );
    below + (above - below) * position.fract()
}

/// The ROC curve of an error that should be larger for `positives`: for thresholds from infinity down,
/// the share of negatives and the share of positives whose error is at least as large.
///
/// # Panics
/// If either is empty.
pub fn roc_curve(negatives: &[f64], positives: &[f64]) -> Vec<[f64; 2]> {
    let mut all: Vec<(f64, bool)> = negatives.iter().map(|&error| (error, false)).collect();
    all.extend(positives.iter().map(|&error| (error, true)));
    all.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let (mut false_positives, mut true_positives) = (0, 0);
    let mut points = vec![[0.0, 0.0]];
    for (place, (error, is_positive)) in all.iter().enumerate() {
        true_positives += usize::from(*is_positive);
        false_positives += usize::from(!*is_positive);
        if all.get(place + 1).is_none_or(|(next, _)| next < error) {
            points.push([
                false_positives as f64 / negatives.len() as f64,
                true_positives as f64 / positives.len() as f64,
            ]);
        }
    }
    let last = points.len() - 1;
    if last < MAX_POINTS {
        return points;
    }
    let place = |point: usize| point * last / (MAX_POINTS - 1);
    (0..MAX_POINTS).map(|point| points[place(point)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_numpys() {
        let errors = [3.0, 1.0, 2.0, 10.0];
        // numpy.quantile([3, 1, 2, 10], [0, 0.5, 0.9, 1])
        for (share, expected) in [(0.0, 1.0), (0.5, 2.5), (0.9, 7.9), (1.0, 10.0)] {
            assert!(
                (quantile(&errors, share) - expected).abs() < 1e-12,
                "{share}"
            );
        }
    }

    #[test]
    fn the_area_below_the_curve_is_the_auc() {
        let (negatives, positives) = ([1.0, 2.0, 2.0, 5.0], [2.0, 4.0, 6.0]);
        let curve = roc_curve(&negatives, &positives);
        let trapezoid =
            |pair: &[[f64; 2]]| (pair[1][0] - pair[0][0]) * (pair[0][1] + pair[1][1]) / 2.0;
        let area: f64 = curve.windows(2).map(trapezoid).sum();
        let auc = image_metrics::roc_auc(&negatives, &positives);
        assert!((area - auc).abs() < 1e-12, "{area} {auc}");
        assert_eq!(curve.last(), Some(&[1.0, 1.0]));
    }

    #[test]
    fn errors_have_both_scales() {
        let images = Tensor::from_slice(&[1.0f32, 0.0, 0.5, 0.5]).view([2, 2]);
        let reconstructions = Tensor::from_slice(&[0.0f32, 0.0, 0.5, 0.5]).view([2, 2]);
        let errors = errors(&images, &reconstructions);
        assert_eq!([errors[0].sse, errors[0].mse()], [1.0, 0.5]);
        assert_eq!(
            [errors[0].sse_255(), errors[0].mse_255()],
            [65025.0, 32512.5]
        );
        assert_eq!(errors[1].sse, 0.0);
    }
}
