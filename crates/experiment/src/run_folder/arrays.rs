//! Names and shapes of the image arrays in a run folder: IDX files of 32-bit floats unless said
//! otherwise.
//!
//! Letters: R = rows and C = columns of an image, U = units of the code, F = filters, K = side of a
//! filter, S = samples (10, or all of a smaller test set), T = test images. Images of several channels
//! have these before the rows: `[S, 3, R, C]` for `[S, R, C]`.
//! Reconstructions have the scale of their protocol: a white pixel is 255 under `assignment`, 1 under
//! `corrected`.

use crate::protocol::Protocol;

/// In `inputs/`: the assignment's ten test samples, unsigned bytes, `[10, R, C]`.
pub const SAMPLES: &str = "samples";
/// In `inputs/`: Fashion-MNIST test image 10, unsigned bytes, `[1, R, C]`.
pub const FASHION: &str = "fashion";
/// In `inputs/`: the random image, unsigned bytes, `[1, R, C]`.
pub const RANDOM: &str = "random";
/// In `inputs/`: the first ten test images, unsigned bytes, `[10, R, C]`.
pub const FIRST_IMAGES: &str = "first-images";
/// In `inputs/`: [`FIRST_IMAGES`] at 0-1 scale with 0.5 N(0, 1) added, clipped to [0, 1], `[10, R, C]`.
pub const FIRST_IMAGES_NOISY: &str = "first-images-noisy";

/// The test samples of other images than the assignment's, at 0-1 scale, `[S, R, C]`.
pub const SAMPLE_IMAGES: &str = "samples";

/// The first [`crate::shown_images`] test images, unsigned bytes, `[M, R, C]`: in `inputs/` those of
/// MNIST, in the experiment's folder those of other images than the assignment's. Folders of older versions
/// have none.
pub const FIRST_TEST_IMAGES: &str = "test-images";

/// Reconstructions of the samples, `[S, R, C]`.
pub fn samples(protocol: Protocol) -> String {
    format!("samples-{}", protocol.name())
}

/// Codes of the samples, `[S, U]`.
pub fn codes(protocol: Protocol) -> String {
    format!("codes-{}", protocol.name())
}

/// Reconstruction of the Fashion-MNIST image, `[1, R, C]`.
pub fn fashion(protocol: Protocol) -> String {
    format!("fashion-{}", protocol.name())
}

/// Reconstruction of the random image, `[1, R, C]`.
pub fn random(protocol: Protocol) -> String {
    format!("random-{}", protocol.name())
}

/// Sample 5 with noise added to its pixels, one for each of [`crate::INPUT_NOISE_LEVELS`],
/// `[4, R, C]`.
pub fn noisy_inputs(protocol: Protocol) -> String {
    format!("noisy-inputs-{}", protocol.name())
}

/// Reconstructions of [`noisy_inputs`], `[4, R, C]`.
pub fn noisy_reconstructions(protocol: Protocol) -> String {
    format!("noisy-reconstructions-{}", protocol.name())
}

/// The first two test images reconstructed from their code, without noise and then with noise of
/// each of [`crate::CODE_NOISE_LEVELS`], at 0-1 scale, `[2, 7, R, C]`.
pub const CODE_NOISE: &str = "code-noise";

/// Squared error of each test image, summed over the pixels at 0-1 scale, `[T]`.
pub const ERRORS_TEST: &str = "errors-mnist";

/// Codes of the first [`crate::SHOWN_CODES`] test images, or of all of fewer, `[M, U]`.
pub const CODES_TEST: &str = "codes-test";

/// The labels of the images of [`CODES_TEST`], as indices of the data's classes: unsigned bytes or
/// 32-bit integers, `[M]`; absent without labels.
pub const LABELS_TEST: &str = "labels-test";

/// The test images with the smallest errors and then those with the largest errors, each followed
/// by its reconstruction, at 0-1 scale, `[4 E, R, C]` with E at most [`crate::EXTREME_IMAGES`].
pub const EXTREMES: &str = "extreme-images";

/// The indices in the test set of the images of [`EXTREMES`], 32-bit integers, `[2 E]`.
pub const EXTREME_INDICES: &str = "extreme-indices";

/// For a code of two numbers: reconstructions of a square grid of codes over the range of those of
/// [`CODES_TEST`], from the 2nd to the 98th percentile of each number, row by row from the top (the
/// largest second number), `[G G, R, C]`.
pub const CODE_GRID: &str = "code-grid";

/// For larger codes of the assignment's images: reconstructions of a square grid of codes in the plane
/// of the first two principal components of [`CODES_TEST`], each from the 2nd to the 98th percentile,
/// in the order of [`CODE_GRID`]. Absent, like [`INTERPOLATIONS`], of models whose decoder unpools: it
/// needs the positions of an image's maxima.
pub const CODE_PLANE: &str = "code-plane";

/// Reconstructions of [`crate::INTERPOLATION_STEPS`] codes on the line from the code of test image 0
/// to that of 1, then from 2 to 3, and so on: [`crate::INTERPOLATION_PAIRS`] lines of the
/// assignment's images, both ends included, `[5 9, R, C]`.
pub const INTERPOLATIONS: &str = "interpolations";

/// Squared error of each pixel at 0-1 scale, mean over the test images: first of all pixels, then of
/// the dead output pixels with 0 elsewhere, `[2, R, C]`.
pub const PIXEL_ERRORS: &str = "pixel-errors";

/// Like [`ERRORS_TEST`], of the Fashion-MNIST test images, `[10000]`.
pub const ERRORS_FASHION: &str = "errors-fashion";

/// The same of the random images, `[1000]`.
pub const ERRORS_RANDOM: &str = "errors-random";

/// PCA: mean squared error of the MNIST test set, summed over the pixels at 0-1 scale, with the
/// first 1, 2, ... components of one fit, `[256]`, `corrected` protocol.
pub const SSE_BY_COMPONENTS: &str = "sse-by-components";

/// Dense models and PCA: the weights from the pixels to each of the first 64 units of the first
/// hidden layer (to each component), `[F, R, C]`, F at most 64.
pub const ENCODER_FILTERS: &str = "encoder-filters";

/// Convolutional models: channel 0 of each filter of decoder layer `layer` (1 to 3), `[F, K, K]`.
pub fn decoder_filters(layer: usize) -> String {
    format!("decoder-filters-{layer}")
}
