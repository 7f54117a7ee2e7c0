//! The rule of each optimizer; those of a few lines are here, others have a file.

use experiment::{Optimizer, Training};
use tch::Tensor;

use super::{
    adam::Adam,
    decay::{ln_faded, steps_to_fade, with_l2},
    muon::Muon,
    rule::{Rule, Step},
};

/// The rule of a training.
pub(super) fn rule(training: &Training) -> Box<dyn Rule> {
    match training.optimizer {
        Optimizer::Adam {
            beta1,
            beta2,
            epsilon,
            weight_decay,
        } => Box::new(Adam {
            beta1,
            beta2,
            epsilon,
            l2: weight_decay,
            weight_decay: 0.0,
        }),
        Optimizer::AdamW {
            beta1,
            beta2,
            epsilon,
            weight_decay,
        } => Box::new(Adam {
            beta1,
            beta2,
            epsilon,
            l2: 0.0,
            weight_decay,
        }),
        Optimizer::Sgd {
            momentum,
            nesterov,
            weight_decay,
        } => Box::new(Sgd {
            momentum,
            nesterov,
            l2: weight_decay,
        }),
        Optimizer::Muon {
            momentum,
            weight_decay,
            adamw_learning_rate,
        } => {
            let rate = adamw_learning_rate.unwrap_or(training.learning_rate);
            Box::new(Muon::new(
                momentum,
                weight_decay,
                rate / training.learning_rate,
            ))
        }
    }
}

/// Stochastic gradient descent with momentum, as PyTorch defines it.
///
/// With gradient g (that of an L2 penalty included): b = momentum b + g; w = w - rate b, with
/// Nesterov's momentum w = w - rate (g + momentum b).
struct Sgd {
    momentum: f64,
    nesterov: bool,
    l2: f64,
}

impl Rule for Sgd {
    fn kept(&self, _: &Tensor) -> &'static [&'static str] {
        if self.momentum == 0.0 {
            &[]
        } else {
            &["momentum"]
        }
    }

    fn is_elementwise(&self, _: &Tensor) -> bool {
        true
    }

    fn update(&self, step: Step, weights: &mut Tensor, gradient: &Tensor, kept: &mut [Tensor]) {
        let mut direction = with_l2(gradient, weights, self.l2);
        if let [b] = kept {
            let _ = b.g_mul_scalar_(self.momentum).g_add_(&direction);
            direction = if self.nesterov {
                direction + &*b * self.momentum
            } else {
                b.shallow_clone()
            };
        }
        let _ = weights.g_sub_(&(direction * step.rate));
    }

    fn steps_to_rest(&self) -> Option<usize> {
        (self.l2 == 0.0).then(|| steps_to_fade(self.momentum, ln_faded()))
    }
}
