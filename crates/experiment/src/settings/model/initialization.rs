//! How the first weights are drawn.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The distribution of the first weights. F_in is the number of inputs of a unit, or of a filter with
/// its window; F_out that of its outputs; both as PyTorch counts them, by the dimensions of the weight,
/// which a transposed convolution has the other way round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Initialization {
    /// PyTorch's: uniform within 1 / sqrt(F_in), biases too.
    #[default]
    Pytorch,
    /// N(0, 2 / F_in) (He et al., 2015), biases 0.
    He,
    /// Uniform within sqrt(6 / (F_in + F_out)) (Glorot and Bengio, 2010), biases 0.
    Glorot,
    /// 15 weights of each unit, or all if it has fewer inputs, from N(0, 1), the others and the biases
    /// 0 (Martens, 2010); for dense models.
    Sparse,
}

impl Initialization {
    /// All of them.
    pub const ALL: [Initialization; 4] = [
        Initialization::Pytorch,
        Initialization::He,
        Initialization::Glorot,
        Initialization::Sparse,
    ];

    /// Its name in texts.
    pub fn name(self) -> &'static str {
        match self {
            Initialization::Pytorch => "PyTorch",
            Initialization::He => "He",
            Initialization::Glorot => "Glorot",
            Initialization::Sparse => "sparse",
        }
    }
}
