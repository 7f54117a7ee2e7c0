//! The images that are held out of the training set, on which a training is judged while it runs.

use std::fmt::{self, Display};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How many of the training images are held out for validation. Which ones follows from the
/// experiment's seed alone: experiments of one seed hold out the same images.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(
    untagged,
    expecting = "expected a number of images, or a share of them between 0 and 1"
)]
pub enum Validation {
    /// As many images.
    Count(usize),
    /// This share of the training images, rounded to whole images.
    Share(f64),
}

impl Validation {
    /// The number of images that are held out of `images`, at least one.
    pub fn count(&self, images: usize) -> usize {
        match *self {
            Validation::Count(count) => count,
            Validation::Share(share) => ((share * images as f64).round() as usize).max(1),
        }
    }

    /// Checks that at least one of `images` images is left to train on.
    pub(in crate::settings) fn check_images(&self, images: usize) -> Result<(), String> {
        let found = self.count(images);
        if found < images {
            return Ok(());
        }
        Err(format!(
            "training.validation must leave at least one of the {images} training images, found \
             {found} held out"
        ))
    }

    pub(super) fn check(&self) -> Result<(), String> {
        match *self {
            Validation::Count(1..) => Ok(()),
            Validation::Share(share) if share > 0.0 && share < 1.0 => Ok(()),
            found => Err(format!(
                "training.validation must be a number of images, at least 1, or a share of them \
                 above 0 and below 1, found {found}"
            )),
        }
    }
}

impl Display for Validation {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Validation::Count(count) => write!(f, "{count}"),
            Validation::Share(share) => write!(f, "{share}"),
        }
    }
}
