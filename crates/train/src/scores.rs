use experiment::{PIXELS, Scores, structural_similarity};

/// The scores of reconstructions, each averaged over the images. Both are N x P, at 0-1 scale.
///
/// # Panics
/// If there is no image, or not as many of the one as of the other.
pub fn scores_of(images: &[f32], reconstructions: &[f32]) -> Scores {
    assert!(!images.is_empty() && images.len() == reconstructions.len());
    let count = (images.len() / PIXELS) as f64;
    let (mut sse, mut psnr, mut ssim) = (0.0, 0.0, 0.0);
    let pairs = images
        .chunks_exact(PIXELS)
        .zip(reconstructions.chunks_exact(PIXELS));
    for (image, reconstruction) in pairs {
        let error = squared_error(image, reconstruction);
        sse += error;
        psnr += -10.0 * (error / PIXELS as f64).log10();
        ssim += structural_similarity(image, reconstruction);
    }
    Scores {
        sse: sse / count,
        mse: sse / count / PIXELS as f64,
        psnr: Some(psnr / count).filter(|psnr| psnr.is_finite()),
        ssim: ssim / count,
    }
}

/// Sum over the pixels of (x - x_hat)^2.
pub(crate) fn squared_error(image: &[f32], reconstruction: &[f32]) -> f64 {
    image
        .iter()
        .zip(reconstruction)
        .map(|(&x, &y)| (f64::from(x) - f64::from(y)).powi(2))
        .sum()
}

/// The same of each image; both N x P.
pub(crate) fn squared_errors(images: &[f32], reconstructions: &[f32]) -> Vec<f64> {
    images
        .chunks_exact(PIXELS)
        .zip(reconstructions.chunks_exact(PIXELS))
        .map(|(image, reconstruction)| squared_error(image, reconstruction))
        .collect()
}

/// The mean of `values`, of which there must be some.
pub(crate) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}
