//! What is done to the inputs of a denoising model, and not to its targets.

use std::fmt::{self, Display};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::settings::bounds::within;

/// A change of the inputs that the model has to undo: the target stays as it is. Each pixel of each
/// channel is changed independently of the others.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "snake_case",
    deny_unknown_fields
)]
pub enum Corruption {
    /// Gaussian noise is added to each pixel.
    Gaussian {
        /// Its standard deviation, at 0-1 scale.
        std: f64,
        /// Whether the sum is clipped to 0 to 1.
        #[serde(default)]
        clip: bool,
    },
    /// Pixels are set to 0 (Vincent et al., 2010).
    Masking {
        /// The probability of each pixel.
        share: f64,
    },
    /// Pixels are set to 0 or 1, each with the same probability.
    SaltAndPepper {
        /// The probability that a pixel is set.
        share: f64,
    },
}

impl Corruption {
    pub(super) fn check(&self) -> Result<(), String> {
        match *self {
            Corruption::Gaussian { std, .. } => within("training.corruption.std", std, 0.0..=100.0),
            Corruption::Masking { share } | Corruption::SaltAndPepper { share } => {
                within("training.corruption.share", share, 0.0..=1.0)
            }
        }
    }
}

impl Display for Corruption {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Corruption::Gaussian { std, clip: false } => write!(f, "Gaussian, std {std}"),
            Corruption::Gaussian { std, clip: true } => write!(f, "Gaussian, std {std}, clipped"),
            Corruption::Masking { share } => write!(f, "masking, share {share}"),
            Corruption::SaltAndPepper { share } => write!(f, "salt and pepper, share {share}"),
        }
    }
}
