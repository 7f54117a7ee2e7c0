//! A line of `metrics.jsonl`.

use serde::{Deserialize, Serialize};

/// A line of `metrics.jsonl`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Metric {
    /// One batch.
    Step {
        /// Counted from 1 over the whole training.
        step: usize,
        /// Counted from 1.
        epoch: usize,
        /// The loss that was minimized, over the batch.
        loss: f64,
        /// Its terms, if it has more than one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parts: Option<LossParts>,
    },
    /// One pass over the training images.
    Epoch {
        /// Counted from 1.
        epoch: usize,
        /// Mean of the steps' losses, weighted by the images of their batches.
        loss: f64,
        /// The means of its terms, if it has more than one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parts: Option<LossParts>,
        /// How many training images it has.
        images: usize,
        /// Training images per second, over the part of the epoch that ran without interruption.
        images_per_second: f64,
    },
    /// The errors at the end of an epoch on images that the model is not trained on. It follows the
    /// line of its epoch.
    Evaluation {
        /// Counted from 1.
        epoch: usize,
        /// The errors.
        #[serde(flatten)]
        errors: HeldOutErrors,
    },
}

/// The terms of a loss; they add up to it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LossParts {
    /// The loss between reconstruction and target.
    pub reconstruction: f64,
    /// The sparsity penalty on the code, with its weight.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub penalty: Option<f64>,
    /// The divergence of a variational code from N(0, 1), with its weight: beta times its sum over the
    /// code, divided by C H W, the size of an image.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kl: Option<f64>,
}

/// The errors of a model on images that it is not trained on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HeldOutErrors {
    /// On the training images that are held out, if there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validation: Option<ImageError>,
    /// On the test set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test: Option<ImageError>,
}

/// The error of a model on a set of images, which are neither augmented nor corrupted.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImageError {
    /// The squared error of an image, summed over the pixels at 0-1 scale; the mean over the images.
    pub sse: f64,
    /// What the training minimizes, in batches of the training's size; the mean over the batches,
    /// weighted by their images.
    pub loss: f64,
}
