//! What measures a model while it is trained, and is told of the losses.
//!
//! A training gets the images that it trains on, and nothing else. Those that it is measured on
//! belong to its monitor, of which it sees only the errors.

use ae_models::Autoencoder;
use experiment::{HeldOutErrors, Metric};

use crate::Error;

/// Measures a model on images that its training does not have.
pub trait Monitor {
    /// The number of images that are held out for validation.
    fn validation_images(&self) -> usize;

    /// The errors of the model as it is now: equal weights give equal errors, to the bit.
    fn measure(&self, model: &Autoencoder) -> HeldOutErrors;

    /// The metrics log has these lines now: at the beginning, those of an earlier part of the training.
    /// An error ends the training.
    fn record(&self, metrics: &[Metric]) -> Result<(), Error> {
        _ = metrics;
        Ok(())
    }
}

/// Measures nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unmonitored;

impl Monitor for Unmonitored {
    fn validation_images(&self) -> usize {
        0
    }

    fn measure(&self, _: &Autoencoder) -> HeldOutErrors {
        HeldOutErrors::default()
    }
}
