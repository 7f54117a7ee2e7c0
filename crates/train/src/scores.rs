use experiment::{IMAGE_SIDE, PIXELS, Scores};

/// The window of the structural similarity: 11 entries of a Gaussian with sigma 1.5, sum 1.
const WINDOW: usize = 11;
const SIGMA: f64 = 1.5;
/// Positions along a side at which the window lies inside the image.
const POSITIONS: usize = IMAGE_SIDE - WINDOW + 1;
/// (K L)^2 with K1 = 0.01, K2 = 0.03 and pixels of range L = 1.
const C1: f64 = 0.01 * 0.01;
const C2: f64 = 0.03 * 0.03;

/// The scores of reconstructions, each averaged over the images. Both are N x P, at 0-1 scale.
///
/// # Panics
/// If there is no image, or not as many of the one as of the other.
pub fn scores_of(images: &[f32], reconstructions: &[f32]) -> Scores {
    assert!(!images.is_empty() && images.len() == reconstructions.len());
    let count = (images.len() / PIXELS) as f64;
    let (mut sse, mut psnr, mut ssim) = (0.0, 0.0, 0.0);
    let window = gaussian_window();
    let pairs = images
        .chunks_exact(PIXELS)
        .zip(reconstructions.chunks_exact(PIXELS));
    for (image, reconstruction) in pairs {
        let error = squared_error(image, reconstruction);
        sse += error;
        psnr += -10.0 * (error / PIXELS as f64).log10();
        ssim += similarity(image, reconstruction, &window);
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

fn gaussian_window() -> [f64; WINDOW] {
    let centre = (WINDOW / 2) as f64;
    let mut window =
        std::array::from_fn(|i| (-(i as f64 - centre).powi(2) / (2.0 * SIGMA * SIGMA)).exp());
    let sum: f64 = window.iter().sum();
    window.iter_mut().for_each(|w| *w /= sum);
    window
}

/// The structural similarity of two images, averaged over the windows that lie inside them (Wang
/// et al., 2004; see [`Scores::ssim`]).
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
