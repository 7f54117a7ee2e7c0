//! The functions that follow a layer.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The function that is applied to each output of a layer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Activation {
    /// x.
    Linear,
    /// max(0, x): a unit whose sums are all negative is dead, and has no gradient.
    #[default]
    Relu,
    /// 1 / (1 + exp(-x)).
    Sigmoid,
    /// x Phi(x), Phi being the distribution function of N(0, 1) (Hendrycks and Gimpel, 2016).
    Gelu,
    /// x, or 0.01 x below 0 (Maas et al., 2013).
    LeakyRelu,
    /// x / (1 + exp(-x)) (Elfwing et al., 2018).
    Silu,
    /// The hyperbolic tangent.
    Tanh,
    /// x, or exp(x) - 1 below 0 (Clevert et al., 2016).
    Elu,
}

impl Activation {
    /// All activations.
    pub const ALL: [Activation; 8] = [
        Activation::Linear,
        Activation::Relu,
        Activation::Sigmoid,
        Activation::Gelu,
        Activation::LeakyRelu,
        Activation::Silu,
        Activation::Tanh,
        Activation::Elu,
    ];

    /// Its name in texts.
    pub fn name(self) -> &'static str {
        match self {
            Activation::Linear => "linear",
            Activation::Relu => "ReLU",
            Activation::Sigmoid => "sigmoid",
            Activation::Gelu => "GELU",
            Activation::LeakyRelu => "leaky ReLU",
            Activation::Silu => "SiLU",
            Activation::Tanh => "tanh",
            Activation::Elu => "ELU",
        }
    }

    /// Whether a unit can give 0 for every image, and then has no gradient to change it.
    pub fn can_die(self) -> bool {
        matches!(self, Activation::Relu)
    }

    /// The least and the largest value that it gives or comes near to.
    pub fn range(self) -> [f64; 2] {
        const ALL: f64 = f64::INFINITY;
        match self {
            Activation::Linear | Activation::LeakyRelu => [-ALL, ALL],
            Activation::Relu => [0.0, ALL],
            Activation::Sigmoid => [0.0, 1.0],
            // At -0.75179 and at -1.27846, where the derivatives are 0; rounded down.
            Activation::Gelu => [-0.169_972, ALL],
            Activation::Silu => [-0.278_465, ALL],
            Activation::Tanh => [-1.0, 1.0],
            Activation::Elu => [-1.0, ALL],
        }
    }

    /// Whether all of its values are in [0, 1], like pixels.
    pub(in crate::settings) fn is_probability(self) -> bool {
        matches!(self, Activation::Sigmoid)
    }
}
