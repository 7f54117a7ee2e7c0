//! What training minimizes.

use experiment::{Loss, Training};
use tch::{Kind, Reduction, Tensor};

use crate::Output;

/// What training minimizes: a loss between reconstruction and target, and a penalty on the code.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Objective {
    /// The loss, a mean over the pixels and images of a batch.
    pub loss: Loss,
    /// The weight of the L1 penalty: of the sum of |code| over the hidden units and images of a
    /// batch. As in the assignment it is not a mean, so it grows with the batch and the code.
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
    pub(crate) fn value(&self, output: &Output, target: &Tensor) -> Tensor {
        let loss = apply(self.loss, &output.reconstruction, target);
        if self.sparsity == 0.0 {
            return loss;
        }
        loss + output.code.abs().sum(Kind::Float) * self.sparsity
    }
}

/// The loss between `reconstruction` and `target`, `[N, P]` each, a tensor of one element: the mean
/// over pixels and images.
fn apply(loss: Loss, reconstruction: &Tensor, target: &Tensor) -> Tensor {
    match loss {
        Loss::Mse => reconstruction.mse_loss(target, Reduction::Mean),
        Loss::Bce => reconstruction.binary_cross_entropy(target, None::<Tensor>, Reduction::Mean),
    }
}
