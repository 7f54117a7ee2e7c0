use crate::{IMAGE_SIDE, PIXELS};

/// The window: 11 entries of a Gaussian with sigma 1.5, sum 1.
const WINDOW: usize = 11;
const SIGMA: f64 = 1.5;
/// Positions along a side at which the window lies inside the image.
const POSITIONS: usize = IMAGE_SIDE - WINDOW + 1;
/// (K L)^2 with K1 = 0.01, K2 = 0.03 and pixels of range L = 1.
const C1: f64 = 0.01 * 0.01;
const C2: f64 = 0.03 * 0.03;

/// The structural similarity of two images of [`PIXELS`] pixels at 0-1 scale, averaged over the
/// windows that lie inside the image (Wang et al., 2004; see [`crate::Scores::ssim`]).
///
/// # Panics
/// If an image has fewer pixels.
pub fn structural_similarity(image: &[f32], reconstruction: &[f32]) -> f64 {
    similarity(image, reconstruction, &gaussian_window())
}

fn gaussian_window() -> [f64; WINDOW] {
    let centre = (WINDOW / 2) as f64;
    let mut window =
        std::array::from_fn(|i| (-(i as f64 - centre).powi(2) / (2.0 * SIGMA * SIGMA)).exp());
    let sum: f64 = window.iter().sum();
    window.iter_mut().for_each(|w| *w /= sum);
    window
}

fn similarity(image: &[f32], reconstruction: &[f32], window: &[f64; WINDOW]) -> f64 {
    let pixel = |index: usize| (f64::from(image[index]), f64::from(reconstruction[index]));
    let local_mean = |value: &dyn Fn(f64, f64) -> f64| {
        let values: [f64; PIXELS] = std::array::from_fn(|i| {
            let (x, y) = pixel(i);
            value(x, y)
        });
        blur(&values, window)
    };
    let x = local_mean(&|x, _| x);
    let y = local_mean(&|_, y| y);
    let xx = local_mean(&|x, _| x * x);
    let yy = local_mean(&|_, y| y * y);
    let xy = local_mean(&|x, y| x * y);
    let total: f64 = (0..POSITIONS * POSITIONS)
        .map(|i| {
            let (variance_x, variance_y) = (xx[i] - x[i] * x[i], yy[i] - y[i] * y[i]);
            let covariance = xy[i] - x[i] * y[i];
            let luminance = (2.0 * x[i] * y[i] + C1) / (x[i] * x[i] + y[i] * y[i] + C1);
            luminance * (2.0 * covariance + C2) / (variance_x + variance_y + C2)
        })
        .sum();
    total / (POSITIONS * POSITIONS) as f64
}

/// The window's weighted mean at each of its positions: along the rows, then along the columns.
fn blur(values: &[f64; PIXELS], window: &[f64; WINDOW]) -> [f64; POSITIONS * POSITIONS] {
    let mut rows = [0.0; IMAGE_SIDE * POSITIONS];
    for (out, row) in rows
        .chunks_exact_mut(POSITIONS)
        .zip(values.chunks_exact(IMAGE_SIDE))
    {
        for (offset, weight) in window.iter().enumerate() {
            for (sum, value) in out.iter_mut().zip(&row[offset..offset + POSITIONS]) {
                *sum += weight * value;
            }
        }
    }
    let mut blurred = [0.0; POSITIONS * POSITIONS];
    for (position, out) in blurred.chunks_exact_mut(POSITIONS).enumerate() {
        for (offset, weight) in window.iter().enumerate() {
            let row = (position + offset) * POSITIONS;
            for (sum, value) in out.iter_mut().zip(&rows[row..row + POSITIONS]) {
                *sum += weight * value;
            }
        }
    }
    blurred
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_resembles_itself_more_than_its_negative() {
        let image: Vec<f32> = (0..PIXELS).map(|pixel| (pixel % 7) as f32 / 6.0).collect();
        let negative: Vec<f32> = image.iter().map(|pixel| 1.0 - pixel).collect();
        assert!((structural_similarity(&image, &image) - 1.0).abs() < 1e-12);
        assert!(structural_similarity(&image, &negative) < 0.0);
    }
}
