//! How an autoencoder is trained.

mod augmentation;
mod averaging;
mod corruption;
mod early_stopping;
mod loss;
mod optimizer;
mod saved_model;
mod schedule;
mod sparsity;
mod validation;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::bounds::{whole, within};
pub use augmentation::Augmentation;
pub use averaging::Averaging;
pub use corruption::Corruption;
pub use early_stopping::EarlyStopping;
pub use loss::Loss;
pub use optimizer::Optimizer;
pub use saved_model::SavedModel;
pub use schedule::Schedule;
pub use sparsity::Sparsity;
pub use validation::Validation;

/// How an autoencoder is trained. Settings that are left out have those of [`Training::default`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
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
    /// The maximum norm of all gradients of a step, taken as one vector: longer ones are scaled down
    /// to it. Absent: not limited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gradient_clipping: Option<f64>,
    /// What is minimized, beside the penalties.
    pub loss: Loss,
    /// The penalty on the code, added to the loss.
    pub sparsity: Sparsity,
    /// Changes of input and target, in their order.
    pub augmentation: Vec<Augmentation>,
    /// Changes of the input alone, after those of `augmentation`, in their order.
    pub corruption: Vec<Corruption>,
    /// Training images that are held out; none if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validation: Option<Validation>,
    /// Epochs from one measurement of the validation and test errors to the next. If absent, each
    /// epoch is measured where there is a validation set, and none elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evaluate_every: Option<usize>,
    /// Ends the training when the validation loss no longer falls.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub early_stopping: Option<EarlyStopping>,
    /// Whether the weights of the lowest validation loss are kept, instead of the last.
    pub best_weights: bool,
    /// The average of the weights that is kept, instead of the last weights.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub averaging: Option<Averaging>,
    /// The saved model that the training begins with; random weights if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<SavedModel>,
    /// Whether the state of the finished training is kept, so that more epochs can follow.
    pub keep_state: bool,
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
            gradient_clipping: None,
            loss: Loss::default(),
            sparsity: Sparsity::default(),
            augmentation: Vec::new(),
            corruption: Vec::new(),
            validation: None,
            evaluate_every: None,
            early_stopping: None,
            best_weights: false,
            averaging: None,
            from: None,
            keep_state: false,
        }
    }
}

/// With a smaller rate no weight changes: Adam moves each by about the learning rate.
const MIN_LEARNING_RATE: f64 = 1e-12;
/// Larger batches are a mistake; [`super::Method`] limits the memory that they take.
const MAX_BATCH: usize = 1_000_000;
/// More changes of an image than this are a mistake.
const MAX_CHANGES: usize = 16;

impl Training {
    /// Whether the validation and test errors are measured at the end of `epoch`, counted from 1.
    pub fn evaluates_after(&self, epoch: usize) -> bool {
        let every = self.evaluates_every();
        every.is_some_and(|every| epoch.is_multiple_of(every))
    }

    /// The number of epochs between measurements: as set, or each epoch with validation images.
    pub(super) fn evaluates_every(&self) -> Option<usize> {
        self.evaluate_every.or(self.validation.map(|_| 1))
    }

    /// How many copies of the weights are kept beside those that are trained.
    pub(super) fn weight_copies(&self) -> usize {
        usize::from(self.averaging.is_some()) + usize::from(self.best_weights)
    }

    pub(super) fn check(&self) -> Result<(), String> {
        whole("training.epochs", self.epochs, 1..=100_000)?;
        whole("training.batch_size", self.batch_size, 1..=MAX_BATCH)?;
        let rates = MIN_LEARNING_RATE..=10.0;
        within("training.learning_rate", self.learning_rate, rates)?;
        self.sparsity.check()?;
        self.schedule.check(self.epochs)?;
        self.optimizer.check()?;
        if let Some(norm) = self.gradient_clipping {
            within("training.gradient_clipping", norm, 1e-12..=1e12)?;
        }
        let (augmentations, corruptions) = (self.augmentation.len(), self.corruption.len());
        if augmentations.max(corruptions) > MAX_CHANGES {
            return Err(format!(
                "training.augmentation and training.corruption must have at most {MAX_CHANGES} \
                 entries each, found {augmentations} and {corruptions}"
            ));
        }
        self.augmentation.iter().try_for_each(Augmentation::check)?;
        self.corruption.iter().try_for_each(Corruption::check)?;
        self.check_measurements()?;
        self.averaging
            .iter()
            .try_for_each(|averaging| averaging.check(self.epochs))?;
        self.from.iter().try_for_each(SavedModel::check)?;
        if self.keep_state && self.schedule.depends_on_length() {
            return Err(format!(
                "training.keep_state is for more epochs later, which the schedule, {}, does not allow \
                 since it depends on their number: expected another schedule, or no keep_state",
                self.schedule
            ));
        }
        Ok(())
    }

    fn check_measurements(&self) -> Result<(), String> {
        self.validation.iter().try_for_each(Validation::check)?;
        if let Some(every) = self.evaluate_every {
            whole("training.evaluate_every", every, 1..=self.epochs)?;
        }
        self.early_stopping
            .iter()
            .try_for_each(EarlyStopping::check)?;
        let needing = [
            ("training.early_stopping", self.early_stopping.is_some()),
            ("training.best_weights", self.best_weights),
        ];
        match needing.into_iter().find(|(_, is_set)| *is_set) {
            Some((field, _)) if self.validation.is_none() => Err(format!(
                "{field} needs images to measure on: set training.validation, for example to 0.1"
            )),
            _ => Ok(()),
        }
    }
}
