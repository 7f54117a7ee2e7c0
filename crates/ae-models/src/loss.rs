//! Losses between reconstructions and their targets.

use experiment::{Activation, Loss};
use tch::{Reduction, Tensor};

use crate::output::Pass;

/// The loss of a forward pass against `target`, `[N, P]`: a tensor of one element, the mean over
/// pixels and images.
pub(crate) fn apply(loss: Loss, pass: &Pass, target: &Tensor) -> Tensor {
    let reconstruction = &pass.output.reconstruction;
    let mean = Reduction::Mean;
    let none = None::<Tensor>;
    match (loss, pass.activation) {
        (Loss::Mse, _) => reconstruction.mse_loss(target, mean),
        (Loss::L1, _) => reconstruction.l1_loss(target, mean),
        // Of a sigmoid that rounds to 0 or 1, only the sums still tell the loss and its gradient.
        (Loss::Bce, Activation::Sigmoid) => {
            pass.sums
                .binary_cross_entropy_with_logits(target, none.as_ref(), none.as_ref(), mean)
        }
        (Loss::Bce, _) => reconstruction.binary_cross_entropy(target, none.as_ref(), mean),
    }
}
