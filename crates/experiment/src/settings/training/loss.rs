//! What training minimizes, penalties left out.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::settings::Activation;

/// How far a reconstruction y is from its target x: the mean over the pixels and images of a batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Loss {
    /// Mean squared error: (x - y)^2.
    #[default]
    Mse,
    /// Binary cross-entropy: -(x ln y + (1 - x) ln(1 - y)), for outputs in 0 to 1. It is computed
    /// from the sums before the sigmoid, so that it has a value and a gradient where y rounds to 0
    /// or 1.
    Bce,
    /// Mean absolute error: |x - y|.
    L1,
}

impl Loss {
    /// All losses.
    pub const ALL: [Loss; 3] = [Loss::Mse, Loss::Bce, Loss::L1];

    /// Its name in texts.
    pub fn name(self) -> &'static str {
        match self {
            Loss::Mse => "mean squared error",
            Loss::Bce => "binary cross-entropy",
            Loss::L1 => "mean absolute error",
        }
    }

    /// Whether the loss is defined for the outputs of this activation.
    pub fn accepts(self, output: Activation) -> bool {
        match self {
            Loss::Mse | Loss::L1 => true,
            Loss::Bce => output.is_probability(),
        }
    }
}
