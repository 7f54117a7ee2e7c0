//! The standard deviation of pixels, which is the contrast of an image.

use multiversion::multiversion;

/// Sums that are added up side by side, so that every processor's vectors give the same bits.
const LANES: usize = 16;

/// The standard deviation of the pixels of an image, over their number; there must be one.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub fn standard_deviation(pixels: &[f32]) -> f64 {
    let count = pixels.len() as f64;
    let mut sums = [0.0; LANES];
    for pixels in pixels.chunks(LANES) {
        for (sum, &pixel) in sums.iter_mut().zip(pixels) {
            *sum += f64::from(pixel);
        }
    }
    let mean = sums.iter().sum::<f64>() / count;
    let mut squares = [0.0; LANES];
    for pixels in pixels.chunks(LANES) {
        for (square, &pixel) in squares.iter_mut().zip(pixels) {
            let difference = f64::from(pixel) - mean;
            *square += difference * difference;
        }
    }
    (squares.iter().sum::<f64>() / count).sqrt()
}
