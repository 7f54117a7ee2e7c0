//! What training minimizes.

use tch::{Kind, Reduction, Tensor};

use crate::Output;

/// Mean squared error over all elements of the batch, plus `sparsity` times the sum of |code|
/// over hidden units and batch.
///
/// `target` is `[N, P]` at 0-1 scale. The sparsity term is a sum, not a mean: it grows with the
/// batch and with the number of hidden units, as in the assignment.
pub fn loss(output: &Output, target: &Tensor, sparsity: f64) -> Tensor {
    let error = output.reconstruction.mse_loss(target, Reduction::Mean);
    if sparsity == 0.0 {
        return error;
    }
    error + output.code.abs().sum(Kind::Float) * sparsity
}
