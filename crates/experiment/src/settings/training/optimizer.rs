//! How gradients move the weights.

use std::fmt::{self, Display};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::settings::bounds::within;

/// The rule that moves the weights. The learning rate is a setting of the training, since a
/// schedule changes it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "snake_case",
    deny_unknown_fields
)]
pub enum Optimizer {
    /// Adam (Kingma and Ba, 2015), with PyTorch's defaults.
    Adam {
        /// Decay of the mean of the gradients, for each step.
        #[serde(default = "beta1")]
        beta1: f64,
        /// Decay of the mean of their squares.
        #[serde(default = "beta2")]
        beta2: f64,
        /// Added to the root of that mean, so that no step is infinite.
        #[serde(default = "epsilon")]
        epsilon: f64,
    },
}

fn beta1() -> f64 {
    0.9
}

fn beta2() -> f64 {
    0.999
}

fn epsilon() -> f64 {
    1e-8
}

impl Default for Optimizer {
    fn default() -> Self {
        Optimizer::Adam {
            beta1: beta1(),
            beta2: beta2(),
            epsilon: epsilon(),
        }
    }
}

impl Optimizer {
    pub(super) fn check(&self) -> Result<(), String> {
        match *self {
            Optimizer::Adam {
                beta1,
                beta2,
                epsilon,
            } => {
                within("training.optimizer.beta1", beta1, 0.0..=0.999_999)?;
                within("training.optimizer.beta2", beta2, 0.0..=0.999_999_999)?;
                within("training.optimizer.epsilon", epsilon, 1e-30..=1.0)
            }
        }
    }

    /// How many numbers it keeps for each weight from step to step.
    pub(in crate::settings) fn state_per_weight(&self) -> usize {
        match self {
            Optimizer::Adam { .. } => 2,
        }
    }
}

impl Display for Optimizer {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            default if *default == Optimizer::default() => write!(f, "Adam"),
            Optimizer::Adam {
                beta1,
                beta2,
                epsilon,
            } => write!(f, "Adam (betas {beta1}, {beta2}; epsilon {epsilon:e})"),
        }
    }
}
