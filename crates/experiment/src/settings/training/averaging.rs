//! Averages of the weights along a training, which are kept instead of the last weights.

use std::fmt::{self, Display};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::settings::bounds::{whole, within};

/// Which average of the weights is measured and saved.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "snake_case",
    deny_unknown_fields
)]
pub enum Averaging {
    /// The exponential moving average over the steps, as PyTorch's `AveragedModel` computes it with
    /// `get_ema_multi_avg_fn`: it begins with the weights after the first step.
    Exponential {
        /// What is kept of the average at each step; the rest comes from the new weights.
        decay: f64,
    },
    /// The mean of the weights at the end of each epoch from `from_epoch` on (stochastic weight
    /// averaging; Izmailov et al., 2018).
    Mean {
        /// The first epoch that counts, from 1. Until its end, the weights themselves are measured.
        from_epoch: usize,
    },
}

impl Averaging {
    pub(super) fn check(&self, epochs: usize) -> Result<(), String> {
        match *self {
            Averaging::Exponential { decay } => {
                within("training.averaging.decay", decay, 0.0..=0.999_999_9)
            }
            Averaging::Mean { from_epoch } => {
                whole("training.averaging.from_epoch", from_epoch, 1..=epochs)
            }
        }
    }
}

impl Display for Averaging {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Averaging::Exponential { decay } => write!(f, "exponential, decay {decay}"),
            Averaging::Mean { from_epoch } => write!(f, "mean from epoch {from_epoch}"),
        }
    }
}
