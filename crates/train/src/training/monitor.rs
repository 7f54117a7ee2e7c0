//! What measures a model while it is trained.
//!
//! A training gets the images that it trains on, and nothing else. Those that it is measured on
//! belong to its monitor, of which it sees only the errors.

use ae_models::Autoencoder;
use experiment::HeldOutErrors;

/// Measures a model on images that its training does not have.
pub trait Monitor {
    /// The errors of the model as it is now: equal weights give equal errors, to the bit.
    fn measure(&self, model: &Autoencoder) -> HeldOutErrors;
}

/// Measures nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unmonitored;

impl Monitor for Unmonitored {
    fn measure(&self, _: &Autoencoder) -> HeldOutErrors {
        HeldOutErrors::default()
    }
}
