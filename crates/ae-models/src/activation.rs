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

#[cfg(test)]
mod tests {
    use tch::{Device, Kind};

    use super::*;

    #[test]
    fn values_fill_the_range_of_the_activation() {
        let x = Tensor::arange_start_step(-50.0, 50.0, 1e-3, (Kind::Float, Device::Cpu));
        for activation in Activation::ALL {
            let values = apply(activation, &x);
            let [least, largest] = activation.range();
            let found = [values.min(), values.max()].map(|end| end.double_value(&[]));
            assert!(
                found[0] >= least && found[1] <= largest,
                "{activation:?} {found:?}"
            );
            for (found, end) in found.into_iter().zip([least, largest]) {
                let is_near = end.is_infinite() || (found - end).abs() < 2e-6;
                assert!(is_near, "{activation:?} {found}");
            }
        }
    }
}
