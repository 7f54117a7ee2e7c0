//! How gradients move the weights.

use std::fmt::{self, Display};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::settings::bounds::within;

/// The rule that moves the weights. The learning rate is a setting of the training, since a
/// schedule changes it. Defaults are PyTorch's.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "snake_case",
    deny_unknown_fields
)]
pub enum Optimizer {
    /// Adam (Kingma and Ba, 2015).
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
        /// This much of each weight is added to its gradient: an L2 penalty. 0 for none.
        #[serde(default)]
        weight_decay: f64,
    },
    /// Adam whose weight decay is decoupled from the gradients (Loshchilov and Hutter, 2019).
    #[serde(rename = "adamw")]
    AdamW {
        /// As of Adam.
        #[serde(default = "beta1")]
        beta1: f64,
        /// As of Adam.
        #[serde(default = "beta2")]
        beta2: f64,
        /// As of Adam.
        #[serde(default = "epsilon")]
        epsilon: f64,
        /// A step takes away this share of each weight, times the learning rate.
        #[serde(default = "adamw_decay")]
        weight_decay: f64,
    },
    /// Stochastic gradient descent.
    Sgd {
        /// Share of the last step that is taken again; 0 for none.
        #[serde(default)]
        momentum: f64,
        /// Whether a step looks ahead by its momentum (Nesterov, as in Sutskever et al., 2013).
        #[serde(default)]
        nesterov: bool,
        /// As of Adam.
        #[serde(default)]
        weight_decay: f64,
    },
    /// Muon (Jordan, 2024; Liu et al., 2025) for each matrix of weights: a step is the momentum,
    /// made orthogonal, at the size that steps of AdamW have. AdamW for all else: biases, filters of
    /// convolutions, normalizations.
    Muon {
        /// Decay of the mean of the gradients, for each step.
        #[serde(default = "muon_momentum")]
        momentum: f64,
        /// A step takes away this share of each weight, times the learning rate, of AdamW's too.
        #[serde(default = "muon_decay")]
        weight_decay: f64,
        /// The learning rate of AdamW, before the schedule changes it; that of the training if
        /// absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        adamw_learning_rate: Option<f64>,
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

fn adamw_decay() -> f64 {
    0.01
}

fn muon_momentum() -> f64 {
    0.95
}

fn muon_decay() -> f64 {
    0.1
}

impl Default for Optimizer {
    fn default() -> Self {
        Optimizer::Adam {
            beta1: beta1(),
            beta2: beta2(),
            epsilon: epsilon(),
            weight_decay: 0.0,
        }
    }
}

impl Optimizer {
    pub(super) fn check(&self) -> Result<(), String> {
        let momentum = |found| within("training.optimizer.momentum", found, 0.0..=0.999_999);
        match *self {
            Optimizer::Adam {
                beta1,
                beta2,
                epsilon,
                weight_decay,
            }
            | Optimizer::AdamW {
                beta1,
                beta2,
                epsilon,
                weight_decay,
            } => {
                within("training.optimizer.beta1", beta1, 0.0..=0.999_999)?;
                within("training.optimizer.beta2", beta2, 0.0..=0.999_999_999)?;
                within("training.optimizer.epsilon", epsilon, 1e-30..=1.0)?;
                check_decay(weight_decay)
            }
            Optimizer::Sgd {
                momentum: found,
                nesterov,
                weight_decay,
            } => {
                momentum(found)?;
                if nesterov && found == 0.0 {
                    return Err(
                        "training.optimizer.nesterov needs a training.optimizer.momentum above 0, \
                         found 0"
                            .to_owned(),
                    );
                }
                check_decay(weight_decay)
            }
            Optimizer::Muon {
                momentum: found,
                weight_decay,
                adamw_learning_rate,
            } => {
                momentum(found)?;
                check_decay(weight_decay)?;
                adamw_learning_rate.map_or(Ok(()), |rate| {
                    let bounds = super::MIN_LEARNING_RATE..=10.0;
                    within("training.optimizer.adamw_learning_rate", rate, bounds)
                })
            }
        }
    }

    /// The minimum of how many numbers it keeps for each weight from step to step.
    pub(in crate::settings) fn state_per_weight(&self) -> usize {
        match *self {
            Optimizer::Adam { .. } | Optimizer::AdamW { .. } => 2,
            Optimizer::Sgd { momentum, .. } => usize::from(momentum > 0.0),
            Optimizer::Muon { .. } => 1,
        }
    }
}

fn check_decay(found: f64) -> Result<(), String> {
    within("training.optimizer.weight_decay", found, 0.0..=10.0)
}

impl Display for Optimizer {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match *self {
            default if default == Optimizer::default() => write!(f, "Adam"),
            Optimizer::Adam {
                beta1,
                beta2,
                epsilon,
                weight_decay,
            } => {
                write!(f, "Adam (betas {beta1}, {beta2}; epsilon {epsilon:e}")?;
                if weight_decay > 0.0 {
                    write!(f, "; L2 {weight_decay}")?;
                }
                write!(f, ")")
            }
            Optimizer::AdamW {
                beta1,
                beta2,
                epsilon,
                weight_decay,
            } => write!(
                f,
                "AdamW (betas {beta1}, {beta2}; epsilon {epsilon:e}; weight decay {weight_decay})"
            ),
            Optimizer::Sgd {
                momentum,
                nesterov,
                weight_decay,
            } => {
                write!(f, "SGD (momentum {momentum}")?;
                if nesterov {
                    write!(f, ", Nesterov")?;
                }
                if weight_decay > 0.0 {
                    write!(f, "; L2 {weight_decay}")?;
                }
                write!(f, ")")
            }
            Optimizer::Muon {
                momentum,
                weight_decay,
                adamw_learning_rate,
            } => {
                write!(f, "Muon (momentum {momentum}; weight decay {weight_decay}")?;
                if let Some(rate) = adamw_learning_rate {
                    write!(f, "; AdamW at {rate}")?;
                }
                write!(f, ")")
            }
        }
    }
}
