//! What is done to a training image before it is input and target.

use std::fmt::{self, Display};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::settings::bounds::whole;

/// A random change of the training images: the changed image is both input and target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "snake_case",
    deny_unknown_fields
)]
pub enum Augmentation {
    /// Each image is shifted by a whole number of pixels in both directions, drawn uniformly; what
    /// leaves the frame is lost, and what enters it is black.
    Shift {
        /// The maximum in each direction.
        pixels: usize,
    },
}

impl Augmentation {
    pub(super) fn check(&self) -> Result<(), String> {
        match *self {
            Augmentation::Shift { pixels } => whole("training.augmentation.pixels", pixels, 1..=14),
        }
    }
}

impl Display for Augmentation {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Augmentation::Shift { pixels: 1 } => write!(f, "shift by up to 1 pixel"),
            Augmentation::Shift { pixels } => write!(f, "shift by up to {pixels} pixels"),
        }
    }
}
