//! Normalization of a layer's sums.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is done to a layer's sums before its activation; each channel gets a scale and an offset that
/// are trained.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Norm {
    /// Nothing.
    #[default]
    None,
    /// Each channel gets mean 0 and variance 1 over a batch; in evaluation over the running mean and
    /// variance of the training, in which each batch counts a tenth (Ioffe and Szegedy, 2015).
    Batch,
    /// The channels of each image get mean 0 and variance 1 in groups (Wu and He, 2018): four groups,
    /// or two or one if the number of channels is not divisible by four or two.
    Group,
}

impl Norm {
    /// All of them.
    pub const ALL: [Norm; 3] = [Norm::None, Norm::Batch, Norm::Group];

    /// Its name in texts.
    pub fn name(self) -> &'static str {
        match self {
            Norm::None => "no normalization",
            Norm::Batch => "batch normalization",
            Norm::Group => "group normalization",
        }
    }
}
