//! What a forward pass gives.

use experiment::Activation;
use tch::Tensor;

/// The result of a forward pass.
#[derive(Debug)]
pub struct Output {
    /// `[N, P]`, at the scale of the input.
    pub reconstruction: Tensor,
    /// `[N, U]`.
    pub code: Tensor,
}

/// The result of a forward pass, and what a loss takes of the way to it.
#[derive(Debug)]
pub(crate) struct Pass {
    pub(crate) output: Output,
    /// `[N, P]`: the last layer's sums before its activation.
    pub(crate) sums: Tensor,
    /// Of a variational model, `[N, U]`.
    pub(crate) log_variance: Option<Tensor>,
    /// The activation of the last layer.
    pub(crate) activation: Activation,
}
