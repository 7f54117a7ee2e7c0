//! What happened in a training, beside its losses.

use serde::{Deserialize, Serialize};

/// What happened in a training, beside its losses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrainingRecord {
    /// What computed the training: `autograd`, or a faster engine, `dense-cpu` or `conv-cpu`.
    pub engine: String,
    /// The number of images that the model was trained on.
    pub images: usize,
    /// The number of images that were held out for validation.
    pub validation_images: usize,
    /// The epoch after which early stopping ended the training.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped_early_after_epoch: Option<usize>,
    /// The epoch whose weights were kept, where it is the one of the lowest validation loss.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub best_epoch: Option<usize>,
    /// SHA-256 of the file with the weights that the training began with, where they were not
    /// random; 64 hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_sha256: Option<String>,
}
