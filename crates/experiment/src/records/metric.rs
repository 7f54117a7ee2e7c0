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
    },
    /// One pass over the training images.
    Epoch {
        /// Counted from 1.
        epoch: usize,
        /// Mean of the steps' losses, weighted by the images of their batches.
        loss: f64,
        /// How many training images it has.
        images: usize,
        /// Training images per second, over the part of the epoch that ran without interruption.
        images_per_second: f64,
    },
}
