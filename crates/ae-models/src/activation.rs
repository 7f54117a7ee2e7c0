//! Activation functions.

use experiment::Activation;
use tch::Tensor;

/// The activation of each element of `x`, of any shape.
pub(crate) fn apply(activation: Activation, x: &Tensor) -> Tensor {
    match activation {
        Activation::Linear => x.shallow_clone(),
        Activation::Relu => x.relu(),
        Activation::Sigmoid => x.sigmoid(),
        // The exact function, not its approximation by a hyperbolic tangent.
        Activation::Gelu => x.gelu("none"),
    }
}
