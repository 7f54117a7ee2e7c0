//! What the assignment's claims are tested by.

use serde::{Deserialize, Serialize};

/// The numbers that the assignment's claims are tested by: at 0-1 scale and over the whole test
/// set unless stated otherwise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measures {
    /// Squared error, summed over the pixels and averaged over the images, of reconstructions of
    /// images with noise of each of [`crate::TEST_NOISE_LEVELS`], against the clean images.
    pub noisy_sse: Vec<f64>,
    /// The same, without noise, of the first training images: as many as there are test images, at
    /// most [`crate::MAX_TRAINING_IMAGES_MEASURED`]. Absent where some of them were held out, and in
    /// run folders from before it was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub train_sse: Option<f64>,
    /// The same, without noise, of the test images of each class; empty without labels, and in run
    /// folders from before it was measured.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub class_sse: Vec<ClassError>,
    /// The same, without noise, of the Fashion-MNIST test set; absent of other experiments than the
    /// assignment's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fashion_sse: Option<f64>,
    /// The same of [`crate::RANDOM_IMAGES`] images of pixels uniform in 0 to 254, over 255.
    pub random_sse: f64,
    /// The squared error as a detector of garments: the area under the ROC curve, that is, the
    /// probability that a Fashion-MNIST test image has a larger error than an MNIST test image.
    /// Absent like [`Measures::fashion_sse`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fashion_auc: Option<f64>,
    /// The same of the random images.
    pub random_auc: f64,
    /// RMS contrast (standard deviation of the pixels) of the reconstruction over that of the
    /// image, averaged over the images.
    pub contrast: f64,
    /// Mean pixel in the outer frame, two pixels wide, of the random images' reconstructions; 0.5
    /// in the images themselves.
    pub random_border: f64,
    /// Share of the code's units that are above zero for an image, averaged over the images. Absent
    /// for codes whose layer has no activation that gives exact zeros
    /// ([`crate::Activation::can_die`]): they are signed, as those of PCA, or never zero. In the file: `activity`.
    #[serde(default, rename = "activity", skip_serializing_if = "Option::is_none")]
    pub active_fraction: Option<f64>,
    /// Root of the mean square of the weights of each layer of the decoder, biases left out; empty
    /// for PCA.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decoder_weights: Vec<f64>,
    /// Correlation of neighboring weights, to the right or below, within the first 64 encoder
    /// filters; averaged over the filters. Filters of dead units and pixels that are zero in every
    /// training image do not count: no image changes their weights. About 0 for random weights.
    /// Absent for convolutional models.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter_correlation: Option<f64>,
    /// The same of the first [`crate::CORRELATION_IMAGES`] test images instead of filters.
    pub image_correlation: f64,
    /// The effect of noise on the code, at each of [`crate::CODE_NOISE_MEASURED`]; empty but for
    /// [`crate::assignment::MANIFOLD`], since the claims about it are about no other experiment.
    pub code_noise: Vec<CodeNoise>,
    /// Variance of a pixel over the images whose codes the noise is added to, averaged over the
    /// pixels.
    pub image_variance: f64,
}

/// The squared error of the test images of one class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassError {
    /// Its index among the data's classes.
    pub class: usize,
    /// How many test images it has, at least one.
    pub images: usize,
    /// Summed over the pixels, the mean over these images.
    pub sse: f64,
}

/// What noise on the code does to the reconstructions of the first
/// [`crate::CODE_NOISE_MEASURED_IMAGES`] test images, over [`crate::CODE_NOISE_DRAWS`] draws for each
/// image.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CodeNoise {
    /// Standard deviation of the noise: absolute, not relative to the spread of the code.
    pub level: f64,
    /// Squared error, summed over the pixels, averaged over images and draws.
    pub sse: f64,
    /// Accuracy of a nearest-neighbor classifier on the reconstructions: the share whose nearest
    /// image (by squared error, among the first [`crate::REFERENCE_IMAGES`] training images) has the
    /// label of the test image. In the file: `recognised`; absent without labels.
    #[serde(
        default,
        rename = "recognised",
        skip_serializing_if = "Option::is_none"
    )]
    pub nn_accuracy: Option<f64>,
    /// Variance of a pixel over the draws, averaged over pixels and images.
    pub variance: f64,
    /// Correlation of neighboring pixels, to the right or below, within the reconstruction of each
    /// image from its first draw, averaged over the images: larger where edges are blurred. Pixels
    /// that are zero in every training image do not count. Absent if every reconstruction is uniform,
    /// and in run folders from before it was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub neighbor_correlation: Option<f64>,
}
