//! Activation functions.

use experiment::Activation;
use tch::Tensor;

/// Applies the activation to each element of `x`, which may have any shape.
pub(crate) fn apply(activation: Activation, x: &Tensor) -> Tensor {
    match activation {
        Activation::Linear => x.shallow_clone(),
        Activation::Relu => x.relu(),
        Activation::Sigmoid => x.sigmoid(),
        // The exact function, not its approximation by a hyperbolic tangent.
        Activation::Gelu => x.gelu("none"),
        // libtorch's default slope is 0.01.
        Activation::LeakyRelu => x.leaky_relu(),
        Activation::Silu => x.silu(),
        Activation::Tanh => x.tanh(),
        Activation::Elu => x.elu(),
    }
}
