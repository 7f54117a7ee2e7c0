//! Variational autoencoders.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Activation;
use crate::settings::bounds::within;

/// A variational code (Kingma and Welling, 2014): the encoder gives a mean, which is the code, and
/// beside it the logarithm of a variance. In training a sample of that normal distribution is
/// decoded, and the divergence of the distribution from N(0, 1) is added to the loss.
///
/// Since a loss is a mean over the P numbers of an image, C H W, so is the divergence: KL of an
/// image, a sum over the code, divided by P, and averaged over the images. So P times the loss is,
/// with `beta` 1, the negative evidence lower bound of an image for a loss that is summed over its
/// numbers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Variational {
    /// The weight of the divergence (Higgins et al., 2017).
    pub beta: f64,
}

impl Default for Variational {
    fn default() -> Self {
        Variational { beta: 1.0 }
    }
}

impl Variational {
    /// Checks it, and the settings of a code that cannot go with it.
    pub(super) fn check(
        &self,
        code_activation: Option<Activation>,
        top_k: Option<usize>,
    ) -> Result<(), String> {
        within("model.variational.beta", self.beta, 0.0..=1000.0)?;
        let activation = code_activation.unwrap_or(Activation::Linear);
        if activation != Activation::Linear {
            return Err(format!(
                "model.code_activation of a variational model must be linear, found {}",
                activation.name()
            ));
        }
        match top_k {
            Some(_) => Err("model.top_k must be absent from a variational model".to_owned()),
            None => Ok(()),
        }
    }
}
