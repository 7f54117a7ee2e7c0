//! What keeps most units of a code near zero.

use std::fmt::{self, Display};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::settings::{bounds::within, numbers::number};

/// A penalty on the code, added to the loss. In JSON a number is the weight of the L1 penalty.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "Form", into = "Form")]
pub enum Sparsity {
    /// The sum of |code| over the hidden units and the images of a batch, so that it grows with the
    /// batch.
    L1 {
        /// Its weight; 0 for no penalty.
        weight: f64,
    },
    /// The sum over the hidden units of KL(`target` || m) = t ln(t / m) + (1 - t) ln((1 - t) /
    /// (1 - m)), m being a unit's mean over the images of a batch (Ng, 2011). It needs a code from 0
    /// to 1; m is taken as at least 1e-6, and at most 1 - 1e-6.
    Kl {
        /// Its weight.
        weight: f64,
        /// The mean that each unit should have.
        target: f64,
    },
}

impl Default for Sparsity {
    fn default() -> Self {
        Sparsity::L1 { weight: 0.0 }
    }
}

impl Sparsity {
    /// The weight of the penalty.
    pub fn weight(&self) -> f64 {
        match self {
            Sparsity::L1 { weight } | Sparsity::Kl { weight, .. } => *weight,
        }
    }

    pub(super) fn check(&self) -> Result<(), String> {
        match *self {
            Sparsity::L1 { weight } => within("training.sparsity", weight, 0.0..=1000.0),
            Sparsity::Kl { weight, target } => {
                within("training.sparsity.weight", weight, 0.0..=1000.0)?;
                within("training.sparsity.target", target, 1e-6..=0.999)
            }
        }
    }
}

impl Display for Sparsity {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Sparsity::L1 { weight } => write!(f, "{}", number(*weight)),
            Sparsity::Kl { weight, target } => {
                write!(f, "{} (KL, target {target})", number(*weight))
            }
        }
    }
}

/// How it is written: an L1 penalty by its weight.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Form {
    Weight(f64),
    Penalty(Penalty),
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "snake_case",
    deny_unknown_fields
)]
enum Penalty {
    /// The sum of the absolute values of the code over units and images.
    L1 {
        /// Its weight.
        weight: f64,
    },
    /// The Kullback-Leibler divergence of each unit's mean from a target.
    Kl {
        /// Its weight.
        weight: f64,
        /// The mean that each unit should have.
        #[serde(default = "target")]
        target: f64,
    },
}

fn target() -> f64 {
    0.05
}

impl From<Form> for Sparsity {
    fn from(form: Form) -> Self {
        match form {
            Form::Weight(weight) | Form::Penalty(Penalty::L1 { weight }) => Sparsity::L1 { weight },
            Form::Penalty(Penalty::Kl { weight, target }) => Sparsity::Kl { weight, target },
        }
    }
}

impl From<Sparsity> for Form {
    fn from(sparsity: Sparsity) -> Self {
        match sparsity {
            Sparsity::L1 { weight } => Form::Weight(weight),
            Sparsity::Kl { weight, target } => Form::Penalty(Penalty::Kl { weight, target }),
        }
    }
}
