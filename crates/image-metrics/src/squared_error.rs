//! Squared errors, in 64-bit floats.

use multiversion::multiversion;

/// Sums that are added up side by side, so that every processor's vectors give the same bits.
const LANES: usize = 16;

/// Sum over the pixels of (x - x_hat)^2, of images of any size.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub fn squared_error(image: &[f32], reconstruction: &[f32]) -> f64 {
    let mut sums = [0.0; LANES];
    let pairs = image.chunks(LANES).zip(reconstruction.chunks(LANES));
    for (xs, ys) in pairs {
        if let (Ok(xs), Ok(ys)) = (<&[f32; LANES]>::try_from(xs), <&[f32; LANES]>::try_from(ys)) {
            for lane in 0..LANES {
                let error = f64::from(xs[lane]) - f64::from(ys[lane]);
                sums[lane] += error * error;
            }
        } else {
            for (sum, (&x, &y)) in sums.iter_mut().zip(xs.iter().zip(ys)) {
                let error = f64::from(x) - f64::from(y);
                *sum += error * error;
            }
        }
    }
    sums.iter().sum()
}

/// [`squared_error`] of each of N images of `pixels` pixels: both slices are `[N, pixels]`.
pub fn squared_errors(images: &[f32], reconstructions: &[f32], pixels: usize) -> Vec<f64> {
    images
        .chunks_exact(pixels)
        .zip(reconstructions.chunks_exact(pixels))
        .map(|(image, reconstruction)| squared_error(image, reconstruction))
        .collect()
}
