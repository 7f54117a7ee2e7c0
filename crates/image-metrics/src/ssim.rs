//! Structural similarity of two images.

use std::array;

use multiversion::multiversion;

/// Side of the window, for images that it fits into: entries of a Gaussian with sigma 1.5, sum 1.
const WINDOW: usize = 11;
const SIGMA: f64 = 1.5;
/// (K L)^2 with K1 = 0.01, K2 = 0.03 and pixels of range L = 1.
const C1: f64 = 0.01 * 0.01;
const C2: f64 = 0.03 * 0.03;

/// The structural similarity (Wang et al., 2004) of two images `[R, C]` at 0-1 scale, with
/// `columns` for C: a Gaussian window of 11 x 11 with sigma 1.5, K1 = 0.01, K2 = 0.03, averaged over
/// the windows that are inside the image. In a smaller image, the window is the largest with an odd
/// side that fits. From -1 to 1; 1 for equal images.
///
/// # Panics
/// If the images differ in size, have no pixel, or are not a whole number of rows.
pub fn ssim(image: &[f32], reconstruction: &[f32], columns: usize) -> f64 {
    assert!(image.len() == reconstruction.len() && image.len().is_multiple_of(columns));
    let side = columns.min(image.len() / columns);
    let window = match side {
        0 => panic!("expected an image"),
        1..WINDOW => side - (side + 1) % 2,
        _ => WINDOW,
    };
    mean_similarity(image, reconstruction, columns, window)
}

/// [`ssim`] with a window of `side` rows and columns.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
fn mean_similarity(image: &[f32], reconstruction: &[f32], columns: usize, side: usize) -> f64 {
    let window = gaussian_window(side);
    let window = &window[..side];
    let [x, y] = [image, reconstruction].map(|pixels| {
        let mut wide = vec![0.0; pixels.len()];
        for (wide, &pixel) in wide.iter_mut().zip(pixels) {
            *wide = f64::from(pixel);
        }
        wide
    });
    let mean = |values: &[f64]| blur(&blur(values, columns, window), 1, window);
    let (xx, xy, yy) = (
        mean(&products(&x, &x)),
        mean(&products(&x, &y)),
        mean(&products(&y, &y)),
    );
    let (x, y) = (mean(&x), mean(&y));
    let mut similarities = vec![0.0; x.len()];
    for i in 0..x.len() {
        let (x, y) = (x[i], y[i]);
        let (variance_x, variance_y) = (xx[i] - x * x, yy[i] - y * y);
        let covariance = xy[i] - x * y;
        let [luminance, structure] = [
            (2.0 * x * y + C1, x * x + y * y + C1),
            (2.0 * covariance + C2, variance_x + variance_y + C2),
        ];
        // One division is faster than two.
        similarities[i] = luminance.0 * structure.0 / (luminance.1 * structure.1);
    }
    // The last positions of a row would have the window reach into the next.
    let positions = columns - side + 1;
    let rows = similarities.chunks(columns);
    let total: f64 = rows.map(|row| row[..positions].iter().sum::<f64>()).sum();
    total / (positions * (image.len() / columns - side + 1)) as f64
}

#[inline(always)]
fn products(x: &[f64], y: &[f64]) -> Vec<f64> {
    let mut products = vec![0.0; x.len()];
    for ((product, x), y) in products.iter_mut().zip(x).zip(y) {
        *product = x * y;
    }
    products
}

/// The mean, weighted by `window`, which is symmetric, of each of `values` and those that follow it at
/// distances of `step`, as far as there are any.
#[inline(always)]
fn blur(values: &[f64], step: usize, window: &[f64]) -> Vec<f64> {
    let (last, center) = (window.len() - 1, window.len() / 2);
    let mut means = values[center * step..values.len() - center * step].to_vec();
    means.iter_mut().for_each(|mean| *mean *= window[center]);
    for (offset, weight) in window[..center].iter().enumerate() {
        let before = &values[offset * step..];
        let behind = &values[(last - offset) * step..];
        for ((mean, before), behind) in means.iter_mut().zip(before).zip(behind) {
            *mean += weight * (before + behind);
        }
    }
    means
}

/// The first `side` entries are the window, the others 0.
fn gaussian_window(side: usize) -> [f64; WINDOW] {
    let center = (side / 2) as f64;
    let mut window = array::from_fn(|i| {
        if i < side {
            (-(i as f64 - center).powi(2) / (2.0 * SIGMA * SIGMA)).exp()
        } else {
            0.0
        }
    });
    let sum: f64 = window.iter().sum();
    window.iter_mut().for_each(|w| *w /= sum);
    window
}
