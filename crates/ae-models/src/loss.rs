//! Losses between reconstructions and their targets.

use experiment::Loss;
use tch::{Reduction, Tensor};

/// The loss between `reconstruction` and `target`, `[N, P]` each: a tensor of one element, the mean
/// over pixels and images.
pub(crate) fn apply(loss: Loss, reconstruction: &Tensor, target: &Tensor) -> Tensor {
    let mean = Reduction::Mean;
    match loss {
        Loss::Mse => reconstruction.mse_loss(target, mean),
        Loss::Bce => reconstruction.binary_cross_entropy(target, None::<Tensor>, mean),
    }
}
