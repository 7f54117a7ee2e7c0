//! What the training of a model minimizes.

use experiment::{Loss, Training};

/// The loss and its penalties.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Objective {
    /// How far reconstructions are from their targets.
    pub loss: Loss,
    /// Weight of the L1 penalty on the code: see [`Training::sparsity`].
    pub sparsity: f64,
}

impl From<&Training> for Objective {
    fn from(training: &Training) -> Self {
        Objective {
            loss: training.loss,
            sparsity: training.sparsity,
        }
    }
}
