//! Structural similarity of two images.

use std::array;

/// Side of the window: entries of a Gaussian with sigma 1.5, sum 1.
const WINDOW: usize = 11;
const SIGMA: f64 = 1.5;
/// (K L)^2 with K1 = 0.01, K2 = 0.03 and pixels of range L = 1.
const C1: f64 = 0.01 * 0.01;
const C2: f64 = 0.03 * 0.03;

/// The structural similarity (Wang et al., 2004) of two images `[R, C]` at 0-1 scale, with
/// `columns` for C: a Gaussian window of 11 x 11 with sigma 1.5, K1 = 0.01, K2 = 0.03, averaged over
/// the windows that are inside the image. From -1 to 1; 1 for equal images.
///
/// # Panics
/// If the images differ in size, are not a whole number of rows, or are smaller than the window.
pub fn ssim(image: &[f32], reconstruction: &[f32], columns: usize) -> f64 {
    assert!(image.len() == reconstruction.len() && image.len().is_multiple_of(columns));
    assert!(columns >= WINDOW && image.len() / columns >= WINDOW);
    // A constant lets the compiler unroll the loops: 3 times as fast for MNIST's width.
    match columns {
        28 => mean_similarity(image, reconstruction, 28),
        _ => mean_similarity(image, reconstruction, columns),
    }
}

#[inline(always)]
fn mean_similarity(image: &[f32], reconstruction: &[f32], columns: usize) -> f64 {
    let window = gaussian_window();
    let mean = |values: &[f64]| blur(values, columns, &window);
    let [x, y] = [image, reconstruction].map(|pixels| {
        pixels
            .iter()
            .map(|&pixel| f64::from(pixel))
            .collect::<Vec<f64>>()
    });
    let xx = mean(&products(&x, &x));
    let yy = mean(&products(&y, &y));
    let xy = mean(&products(&x, &y));
    let (x, y) = (mean(&x), mean(&y));
    let total: f64 = (0..x.len())
        .map(|i| {
            let (variance_x, variance_y) = (xx[i] - x[i] * x[i], yy[i] - y[i] * y[i]);
            let covariance = xy[i] - x[i] * y[i];
            let luminance = (2.0 * x[i] * y[i] + C1) / (x[i] * x[i] + y[i] * y[i] + C1);
            luminance * (2.0 * covariance + C2) / (variance_x + variance_y + C2)
        })
        .sum();
    total / x.len() as f64
}

fn products(x: &[f64], y: &[f64]) -> Vec<f64> {
    x.iter().zip(y).map(|(x, y)| x * y).collect()
}

fn gaussian_window() -> [f64; WINDOW] {
    let center = (WINDOW / 2) as f64;
    let mut window =
        array::from_fn(|i| (-(i as f64 - center).powi(2) / (2.0 * SIGMA * SIGMA)).exp());
    let sum: f64 = window.iter().sum();
    window.iter_mut().for_each(|w| *w /= sum);
    window
}

/// The window's weighted mean of `values` `[R, C]` at each of its positions,
/// `[R - 10, C - 10]`: along the rows, then along the columns.
#[inline(always)]
fn blur(values: &[f64], columns: usize, window: &[f64; WINDOW]) -> Vec<f64> {
    let (rows, positions) = (values.len() / columns, columns - WINDOW + 1);
    let mut blurred_rows = vec![0.0; rows * positions];
    for (out, row) in blurred_rows
        .chunks_exact_mut(positions)
        .zip(values.chunks_exact(columns))
    {
        for (offset, weight) in window.iter().enumerate() {
            for (sum, value) in out.iter_mut().zip(&row[offset..]) {
                *sum += weight * value;
            }
        }
    }
    let mut blurred = vec![0.0; (rows - WINDOW + 1) * positions];
    for (row, out) in blurred.chunks_exact_mut(positions).enumerate() {
        let below = blurred_rows[row * positions..].chunks_exact(positions);
        for (weight, values) in window.iter().zip(below) {
            for (sum, value) in out.iter_mut().zip(values) {
                *sum += weight * value;
            }
        }
    }
    blurred
}
