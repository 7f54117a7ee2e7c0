//! How the learning rate changes during a training.

use std::{
    f64::consts::PI,
    fmt::{self, Display},
};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::settings::bounds::{whole, within};

/// The learning rate of each step, as a part of the training's `learning_rate`.
///
/// Each schedule may begin with a warm-up, from 0 up in a straight line over `warmup_epochs` epochs
/// (0 for none); the rest is as if the training began after it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "snake_case",
    deny_unknown_fields
)]
pub enum Schedule {
    /// The same at each step.
    Constant {
        /// Epochs of the warm-up.
        #[serde(default)]
        warmup_epochs: usize,
    },
    /// Multiplied by a factor at regular intervals, as by PyTorch's `StepLR`.
    Step {
        /// Epochs of an interval.
        every_epochs: usize,
        /// The factor after each interval.
        #[serde(default = "step_factor")]
        factor: f64,
        /// Epochs of the warm-up.
        #[serde(default)]
        warmup_epochs: usize,
    },
    /// Down along half a cosine to the end of the training (Loshchilov and Hutter, 2017, without
    /// restarts).
    Cosine {
        /// Epochs of the warm-up.
        #[serde(default)]
        warmup_epochs: usize,
        /// What it goes down to.
        #[serde(default)]
        minimum: f64,
    },
}

fn step_factor() -> f64 {
    0.1
}

impl Default for Schedule {
    fn default() -> Self {
        Schedule::Constant { warmup_epochs: 0 }
    }
}

impl Schedule {
    /// The factor of the learning rate at `step` (counted from 1) of a training of `epochs` epochs
    /// of `steps_per_epoch` steps.
    pub fn factor(&self, step: usize, steps_per_epoch: usize, epochs: usize) -> f64 {
        let warmup = self.warmup_epochs() * steps_per_epoch;
        if step <= warmup {
            return step as f64 / warmup as f64;
        }
        // The first step after the warm-up has the whole rate.
        let done = step - warmup - 1;
        match *self {
            Schedule::Constant { .. } => 1.0,
            Schedule::Step {
                every_epochs,
                factor,
                ..
            } => factor.powf((done / (every_epochs * steps_per_epoch)) as f64),
            Schedule::Cosine { minimum, .. } => {
                // No step has the rate 0.
                let share = done as f64 / (epochs * steps_per_epoch - warmup) as f64;
                minimum + (1.0 - minimum) * (0.5 * (1.0 + (PI * share).cos()))
            }
        }
    }

    /// Whether the rate of a step depends on how many epochs the training has: then a training of
    /// more epochs is another one from its first step.
    pub fn depends_on_length(&self) -> bool {
        match self {
            Schedule::Constant { .. } | Schedule::Step { .. } => false,
            Schedule::Cosine { .. } => true,
        }
    }

    fn warmup_epochs(&self) -> usize {
        match *self {
            Schedule::Constant { warmup_epochs }
            | Schedule::Step { warmup_epochs, .. }
            | Schedule::Cosine { warmup_epochs, .. } => warmup_epochs,
        }
    }

    pub(super) fn check(&self, epochs: usize) -> Result<(), String> {
        let warmup_epochs = self.warmup_epochs();
        if warmup_epochs >= epochs {
            return Err(format!(
                "training.schedule.warmup_epochs must be less than training.epochs, {epochs}, \
                 found {warmup_epochs}"
            ));
        }
        match *self {
            Schedule::Constant { .. } => Ok(()),
            Schedule::Step {
                every_epochs,
                factor,
                ..
            } => {
                whole("training.schedule.every_epochs", every_epochs, 1..=100_000)?;
                within("training.schedule.factor", factor, 1e-6..=1.0)
            }
            Schedule::Cosine { minimum, .. } => {
                within("training.schedule.minimum", minimum, 0.0..=1.0)
            }
        }
    }
}

impl Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match *self {
            Schedule::Constant { .. } => write!(f, "constant")?,
            Schedule::Step {
                every_epochs: 1,
                factor,
                ..
            } => write!(f, "times {factor} every epoch")?,
            Schedule::Step {
                every_epochs,
                factor,
                ..
            } => write!(f, "times {factor} every {every_epochs} epochs")?,
            Schedule::Cosine { minimum: 0.0, .. } => write!(f, "cosine")?,
            Schedule::Cosine { minimum, .. } => write!(f, "cosine down to {minimum}")?,
        }
        match self.warmup_epochs() {
            0 => Ok(()),
            epochs => write!(f, ", warm-up epochs {epochs}"),
        }
    }
}
