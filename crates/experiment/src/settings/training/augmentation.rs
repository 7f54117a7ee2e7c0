//! What is done to a training image before it is input and target.

use std::fmt::{self, Display};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::settings::{
    Shape,
    bounds::{whole, within},
};

/// A random change of the training images: the changed image is both input and target. All channels
/// of an image move alike. What leaves the frame is lost, and what enters it is black.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "snake_case",
    deny_unknown_fields
)]
pub enum Augmentation {
    /// Each image is shifted by a whole number of pixels in both directions, drawn uniformly.
    Shift {
        /// The maximum in each direction.
        pixels: usize,
    },
    /// Each image is rotated about its center by an angle that is drawn uniformly, with bilinear
    /// interpolation.
    Rotation {
        /// The maximum in each direction, in degrees.
        degrees: f64,
    },
    /// Each image is distorted (Simard, Steinkraus and Platt, 2003): the displacements of its pixels
    /// are drawn uniformly from -1 to 1, smoothed by a Gaussian, and scaled; bilinear interpolation.
    Elastic {
        /// Factor of the smoothed displacements.
        #[serde(default = "alpha")]
        alpha: f64,
        /// Standard deviation of the Gaussian, in pixels.
        #[serde(default = "sigma")]
        sigma: f64,
    },
}

/// Simard's, for images of about MNIST's size.
fn alpha() -> f64 {
    34.0
}

/// Simard's too.
fn sigma() -> f64 {
    4.0
}

/// Larger shifts than half of the largest images are a mistake.
const MAX_SHIFT: usize = 512;

impl Augmentation {
    /// Checks what depends on the size of the images of `data`.
    pub(in crate::settings) fn fit_to(&self, image: Shape, data: &str) -> Result<(), String> {
        let half = image.rows.min(image.columns) / 2;
        match *self {
            Augmentation::Shift { pixels } if pixels > half => Err(format!(
                "training.augmentation.pixels must be at most {half}, half the side of an image of \
                 {data} ({image}), found {pixels}"
            )),
            _ => Ok(()),
        }
    }

    pub(super) fn check(&self) -> Result<(), String> {
        match *self {
            Augmentation::Shift { pixels } => {
                whole("training.augmentation.pixels", pixels, 1..=MAX_SHIFT)
            }
            Augmentation::Rotation { degrees } => {
                within("training.augmentation.degrees", degrees, 0.0..=180.0)
            }
            Augmentation::Elastic { alpha, sigma } => {
                within("training.augmentation.alpha", alpha, 0.0..=10_000.0)?;
                within("training.augmentation.sigma", sigma, 0.1..=100.0)
            }
        }
    }
}

impl Display for Augmentation {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Augmentation::Shift { pixels: 1 } => write!(f, "shift by up to 1 pixel"),
            Augmentation::Shift { pixels } => write!(f, "shift by up to {pixels} pixels"),
            Augmentation::Rotation { degrees } => write!(f, "rotation by up to {degrees} degrees"),
            Augmentation::Elastic { alpha, sigma } => {
                write!(f, "elastic distortion, alpha {alpha}, sigma {sigma}")
            }
        }
    }
}
