//! What the training of a model minimizes.

use experiment::{Loss, Sparsity, Training};
use tch::{Kind, Tensor};

use crate::{loss, output::Pass};

/// A loss between reconstruction and target, and a penalty on the code.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Objective {
    /// The loss, a mean over the pixels and images of a batch.
    pub loss: Loss,
    /// The penalty on the code.
    pub sparsity: Sparsity,
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
        if self.sparsity.weight() == 0.0 {
            return loss;
        }
        loss + penalty(self.sparsity, &pass.output.code) * self.sparsity.weight()
    }
}

/// The penalty on a code `[N, U]`, without its weight.
fn penalty(sparsity: Sparsity, code: &Tensor) -> Tensor {
    match sparsity {
        Sparsity::L1 { .. } => code.abs().sum(Kind::Float),
        Sparsity::Kl { target, .. } => {
            let mean = code
                .mean_dim([0_i64].as_slice(), false, Kind::Float)
                .clamp(1e-6, 1.0 - 1e-6);
            let active = target * (target.ln() - mean.log());
            let inactive = (1.0 - target) * ((1.0 - target).ln() - (1.0_f64 - mean).log());
            (active + inactive).sum(Kind::Float)
        }
    }
}
