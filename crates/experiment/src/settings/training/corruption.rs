//! What is done to the inputs of a denoising model, and not to its targets.

use std::fmt::{self, Display};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::settings::bounds::within;

/// A change of the inputs that the model has to undo: the target stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "snake_case",
    deny_unknown_fields
)]
pub enum Corruption {
    /// Independent Gaussian noise is added to each pixel; the sum is not clipped.
    Gaussian {
        /// Its standard deviation, at 0-1 scale.
        std: f64,
    },
}

impl Corruption {
    pub(super) fn check(&self) -> Result<(), String> {
        match *self {
            Corruption::Gaussian { std } => within("training.corruption.std", std, 0.0..=100.0),
        }
    }
}

impl Display for Corruption {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Corruption::Gaussian { std } => write!(f, "Gaussian, std {std}"),
        }
    }
}
