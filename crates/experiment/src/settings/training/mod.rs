//! How an autoencoder is trained.

mod augmentation;
mod corruption;
mod loss;
mod optimizer;
mod schedule;
mod sparsity;

use serde::{Deserialize, Serialize};

use super::bounds::{whole, within};
pub use augmentation::Augmentation;
pub use corruption::Corruption;
pub use loss::Loss;
pub use optimizer::Optimizer;
pub use schedule::Schedule;
pub use sparsity::Sparsity;

/// How an autoencoder is trained. Settings that are left out have those of [`Training::default`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Training {
    /// Passes over the training images.
    pub epochs: usize,
    /// Images of a step; the last batch of an epoch may be smaller, and counts.
    pub batch_size: usize,
    /// The learning rate, before the schedule changes it.
    pub learning_rate: f64,
    /// How the learning rate changes.
    pub schedule: Schedule,
    /// How gradients move the weights.
    pub optimizer: Optimizer,
    /// What is minimized, beside the penalties.
    pub loss: Loss,
    /// The penalty on the code, added to the loss.
    pub sparsity: Sparsity,
    /// Changes of input and target, in their order.
    pub augmentation: Vec<Augmentation>,
    /// Changes of the input alone, after those of `augmentation`, in their order.
    pub corruption: Vec<Corruption>,
}

impl Default for Training {
    /// The training of the assignment's standard autoencoders.
    fn default() -> Self {
        Training {
            epochs: 10,
            batch_size: 256,
            learning_rate: 1e-3,
            schedule: Schedule::default(),
            optimizer: Optimizer::default(),
            loss: Loss::default(),
            sparsity: Sparsity::default(),
            augmentation: Vec::new(),
            corruption: Vec::new(),
        }
    }
}

/// With a smaller rate no weight changes: Adam moves each by about the learning rate.
const MIN_LEARNING_RATE: f64 = 1e-12;
/// More changes of an image than this are a mistake.
const MAX_CHANGES: usize = 16;

impl Training {
    pub(super) fn check(&self) -> Result<(), String> {
        whole("training.epochs", self.epochs, 1..=100_000)?;
        whole("training.batch_size", self.batch_size, 1..=60_000)?;
        let rates = MIN_LEARNING_RATE..=10.0;
        within("training.learning_rate", self.learning_rate, rates)?;
        self.sparsity.check()?;
        self.schedule.check(self.epochs)?;
        self.optimizer.check()?;
        let (augmentations, corruptions) = (self.augmentation.len(), self.corruption.len());
        if augmentations.max(corruptions) > MAX_CHANGES {
            return Err(format!(
                "training.augmentation and training.corruption must have at most {MAX_CHANGES} \
                 entries each, found {augmentations} and {corruptions}"
            ));
        }
        self.augmentation.iter().try_for_each(Augmentation::check)?;
        self.corruption.iter().try_for_each(Corruption::check)
    }
}
