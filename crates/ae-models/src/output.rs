//! What a forward pass gives.

use tch::Tensor;

/// The result of a forward pass.
#[derive(Debug)]
pub struct Output {
    /// `[N, P]`, at the scale of the input.
    pub reconstruction: Tensor,
    /// `[N, U]`.
    pub code: Tensor,
}
