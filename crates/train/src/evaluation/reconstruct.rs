//! A trained model, as an evaluation sees it: the trait, and its implementation for autoencoders.

use ae_models::{Autoencoder, Output};
use experiment::{Layer, Operation, Part, Protocol, arrays};
use tch::{IndexOp, Kind, Tensor};

use crate::data::Images;

/// The maximum number of filters of an encoder that are kept for the figures.
const MAX_FILTERS: i64 = 64;

/// A trained model, as an evaluation sees it.
pub trait Reconstruct {
    /// Reconstructs images, `[N, P]` at the scale of `protocol`, from their code, to which
    /// `code_noise`, `[N, U]`, is added if given.
    fn reconstruct(
        &self,
        images: &Tensor,
        protocol: Protocol,
        code_noise: Option<&Tensor>,
    ) -> Output;

    /// Reconstructs images at 0-1 scale; also the outputs of hidden ReLU layers, `[N, U]` or
    /// `[N, F, H, W]`, if the model has any.
    fn forward_with_hidden(&self, images: &Tensor) -> (Output, Vec<Tensor>) {
        let output = self.reconstruct(images, Protocol::Corrected, None);
        (output, Vec::new())
    }

    /// The weights that the figures show, by their names in [`experiment::arrays`]:
    /// [`arrays::ENCODER_FILTERS`] is `[F, P]` here.
    fn filters(&self) -> Vec<(String, Tensor)>;

    /// The weights of the decoder without biases, `[U, V]` or `[F, G, 3, 3]`; empty for PCA.
    fn decoder_weights(&self) -> Vec<Tensor> {
        Vec::new()
    }

    /// For PCA, the share of the total variance that each of its K components explains, `[K]`,
    /// largest first.
    fn explained_variance_ratio(&self) -> Option<Vec<f64>> {
        None
    }

    /// For PCA, [`arrays::SSE_BY_COMPONENTS`] of a test set, `[MAX_COMPONENTS]`.
    fn sse_by_components(&self, _test: &Images) -> Option<Vec<f64>> {
        None
    }
}

impl Reconstruct for Autoencoder {
    fn reconstruct(
        &self,
        images: &Tensor,
        _protocol: Protocol,
        code_noise: Option<&Tensor>,
    ) -> Output {
        match code_noise {
            Some(noise) => self.forward_with_noise(images, noise),
            None => self.forward(images),
        }
    }

    fn forward_with_hidden(&self, images: &Tensor) -> (Output, Vec<Tensor>) {
        Autoencoder::forward_with_hidden(self, images)
    }

    fn filters(&self) -> Vec<(String, Tensor)> {
        let (first, weight) = self.layer_weights().next().expect("a model has weights");
        if first.operation == Operation::Linear {
            return vec![encoder_filters(weight)];
        }
        // Numbered as in the notebook's classes, `decoder_conv2.0`.
        let number = |layer: &Layer| -> Option<usize> {
            let name = layer.name.as_deref()?.strip_prefix("decoder_conv")?;
            name.split('.').next()?.parse().ok()
        };
        self.layer_weights()
            .filter_map(|(layer, weight)| Some((number(layer)?, weight)))
            .map(|(number, weight)| {
                let first_channel = weight.detach().i((.., 0));
                (arrays::decoder_filters(number), first_channel)
            })
            .collect()
    }

    fn decoder_weights(&self) -> Vec<Tensor> {
        self.layer_weights()
            .filter(|(layer, _)| layer.part == Part::Decoder)
            .map(|(_, weight)| weight.detach())
            .collect()
    }
}

/// [`arrays::ENCODER_FILTERS`], `[F, P]`, of the weights `[U, P]` of a first layer.
pub(crate) fn encoder_filters(weight: &Tensor) -> (String, Tensor) {
    let first = weight.i(..MAX_FILTERS.min(weight.size()[0]));
    (arrays::ENCODER_FILTERS.into(), first.to_kind(Kind::Float))
}
