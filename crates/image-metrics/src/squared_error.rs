//! Squared errors, in 64-bit floats.

/// Sum over the pixels of (x - x_hat)^2, of images of any size.
pub fn squared_error(image: &[f32], reconstruction: &[f32]) -> f64 {
    image
        .iter()
        .zip(reconstruction)
        .map(|(&x, &y)| (f64::from(x) - f64::from(y)).powi(2))
        .sum()
}

/// [`squared_error`] of each of N images of `pixels` pixels: both slices are `[N, pixels]`.
pub fn squared_errors(images: &[f32], reconstructions: &[f32], pixels: usize) -> Vec<f64> {
    images
        .chunks_exact(pixels)
        .zip(reconstructions.chunks_exact(pixels))
        .map(|(image, reconstruction)| squared_error(image, reconstruction))
        .collect()
}
