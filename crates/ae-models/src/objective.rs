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

/// The value of an [`Objective`] for a batch, and the terms that add up to it: tensors of one element on
/// the model's device.
#[derive(Debug)]
pub struct ObjectiveValue {
    /// What a training step minimizes.
    pub total: Tensor,
    /// The loss between reconstruction and target.
    pub reconstruction: Tensor,
    /// The penalty on the code with its weight, if there is any.
    pub penalty: Option<Tensor>,
    /// Of a variational model, the divergence of the code with its weight, beta / P.
    pub kl: Option<Tensor>,
}

impl ObjectiveValue {
    /// The value of the terms, summed in 64 bits; each is kept in 32.
    pub(crate) fn of_numbers(reconstruction: f64, penalty: Option<f64>) -> Self {
        let total = reconstruction + penalty.unwrap_or(0.0);
        ObjectiveValue {
            total: Tensor::from(total as f32),
            reconstruction: Tensor::from(reconstruction as f32),
            penalty: penalty.map(|penalty| Tensor::from(penalty as f32)),
            kl: None,
        }
    }

    /// The same without a history for libtorch's autograd.
    pub(crate) fn detach(self) -> Self {
        ObjectiveValue {
            total: self.total.detach(),
            reconstruction: self.reconstruction.detach(),
            penalty: self.penalty.map(|penalty| penalty.detach()),
            kl: self.kl.map(|kl| kl.detach()),
        }
    }
}

impl Objective {
    /// Its value for a batch without the divergence of a variational code; `target` is `[N, P]` at 0-1
    /// scale.
    pub(crate) fn value(&self, pass: &Pass, target: &Tensor) -> ObjectiveValue {
        let reconstruction = loss::apply(self.loss, pass, target);
        let weight = self.sparsity.weight();
        let penalty = (weight != 0.0).then(|| penalty(self.sparsity, &pass.output.code) * weight);
        ObjectiveValue {
            total: match &penalty {
                Some(penalty) => &reconstruction + penalty,
                None => reconstruction.shallow_clone(),
            },
            reconstruction,
            penalty,
            kl: None,
        }
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
