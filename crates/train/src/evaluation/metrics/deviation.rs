//! How far images are from their mean.

/// The squared differences between `images`, N of `numbers` pixels, and their mean image, summed over
/// images and pixels.
pub(crate) fn squares_about_mean(images: &[f32], numbers: usize) -> f64 {
    let count = (images.len() / numbers) as f64;
    let mut means = vec![0.0; numbers];
    for image in images.chunks_exact(numbers) {
        for (mean, &pixel) in means.iter_mut().zip(image) {
            *mean += f64::from(pixel);
        }
    }
    means.iter_mut().for_each(|mean| *mean /= count);
    let mut squares = vec![0.0; numbers];
    for image in images.chunks_exact(numbers) {
        for ((square, mean), &pixel) in squares.iter_mut().zip(&means).zip(image) {
            *square += (f64::from(pixel) - mean).powi(2);
        }
    }
    squares.iter().sum()
}
