//! What the training of a model minimizes.

use experiment::{Loss, Training};
use tch::{Kind, Tensor};

use crate::{loss, output::Pass};

/// A loss between reconstruction and target, and a penalty on the code.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Objective {
    /// The loss, a mean over the pixels and images of a batch.
    pub loss: Loss,
    /// The weight of the L1 penalty on the code: see [`Training::sparsity`].
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

impl Objective {
    /// Its value for a batch, a tensor of one element; `target` is `[N, P]` at 0-1 scale.
    pub(crate) fn value(&self, pass: &Pass, target: &Tensor) -> Tensor {
        let loss = loss::apply(self.loss, pass, target);
        if self.sparsity == 0.0 {
            return loss;
        }
        loss + pass.output.code.abs().sum(Kind::Float) * self.sparsity
    }
}
