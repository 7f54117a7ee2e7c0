//! How the learning rate changes during a training.

use std::{
    f64::consts::PI,
    fmt::{self, Display},
};

use serde::{Deserialize, Serialize};

/// The learning rate of each step, as a part of the training's `learning_rate`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "snake_case",
    deny_unknown_fields
)]
pub enum Schedule {
    /// The same at each step. It has braces, because serde ignores unknown fields of a variant
    /// without them.
    Constant {},
    /// From 0 up in a straight line over the first epochs, then down to 0 along half a cosine
    /// (Loshchilov and Hutter, 2017, without restarts).
    Cosine {
        /// Epochs of the way up; 0 for none.
        #[serde(default)]
        warmup_epochs: usize,
    },
}

impl Default for Schedule {
    fn default() -> Self {
        Schedule::Constant {}
    }
}

impl Schedule {
    /// The factor of the learning rate at `step` (counted from 1) of a training of `epochs` epochs
    /// of `steps_per_epoch` steps.
    pub fn factor(&self, step: usize, steps_per_epoch: usize, epochs: usize) -> f64 {
        match self {
            Schedule::Constant {} => 1.0,
            Schedule::Cosine { warmup_epochs } => {
                let warmup = warmup_epochs * steps_per_epoch;
                let all = epochs * steps_per_epoch;
                if step <= warmup {
                    step as f64 / warmup as f64
                } else {
                    // The first step after the warm-up has the whole rate, and none has the rate 0.
                    let done = (step - warmup - 1) as f64 / (all - warmup) as f64;
                    0.5 * (1.0 + (PI * done).cos())
                }
            }
        }
    }

    /// Whether the rate of a step depends on the number of epochs, so that more of them would have
    /// changed the epochs before.
    pub fn depends_on_length(&self) -> bool {
        match self {
            Schedule::Constant {} => false,
            Schedule::Cosine { .. } => true,
        }
    }

    pub(super) fn check(&self, epochs: usize) -> Result<(), String> {
        match self {
            Schedule::Cosine { warmup_epochs } if *warmup_epochs >= epochs => Err(format!(
                "training.schedule.warmup_epochs must be less than training.epochs, {epochs}, \
                 found {warmup_epochs}"
            )),
            _ => Ok(()),
        }
    }
}

impl Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Schedule::Constant {} => write!(f, "constant"),
            Schedule::Cosine { warmup_epochs: 0 } => write!(f, "cosine"),
            Schedule::Cosine { warmup_epochs } => {
                write!(f, "cosine, warm-up epochs {warmup_epochs}")
            }
        }
    }
}
