use ae_models::{Autoencoder, Output};
use experiment::{IMAGE_SIDE, Protocol, arrays};
use tch::{IndexOp, Kind, Tensor};

use crate::data::evaluation_images::Images;

/// The most filters of an encoder that are kept for the figures.
const FILTERS: i64 = 64;

/// A trained model, as an evaluation sees it.
pub trait Reconstruct {
    /// Reconstructs images, `[N, P]` at the scale of `protocol`, from their code, to which
    /// `code_noise`, `[N, U]`, is added if there is any.
    fn reconstruct(
        &self,
        images: &Tensor,
        protocol: Protocol,
        code_noise: Option<&Tensor>,
    ) -> Output;

    /// Reconstructs images at 0-1 scale; also the outputs of hidden ReLU layers, `[N, U]` or
    /// `[N, F, H, W]`, if the model has any.
    fn trace(&self, images: &Tensor) -> (Output, Vec<Tensor>) {
        let output = self.reconstruct(images, Protocol::Corrected, None);
        (output, Vec::new())
    }

    /// The weights that the figures show, by their names in [`experiment::arrays`].
    fn filters(&self) -> Vec<(String, Tensor)>;

    /// The weights of the decoder, biases left out; none for PCA.
    fn decoder_weights(&self) -> Vec<Tensor> {
        Vec::new()
    }

    /// For PCA, the share of the total variance that each component explains.
    fn explained_variance_ratio(&self) -> Option<Vec<f64>> {
        None
    }

    /// For PCA, [`arrays::SSE_BY_COMPONENTS`] of a test set.
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

    fn trace(&self, images: &Tensor) -> (Output, Vec<Tensor>) {
        self.forward_with_hidden(images)
    }

    fn filters(&self) -> Vec<(String, Tensor)> {
        let parameters = self.parameters();
        if let Some(weight) = parameters.get("encoder.0.weight") {
            return vec![encoder_filters(weight)];
        }
        let layers = 1..=3;
        layers
            .filter_map(|layer| {
                let weight = parameters.get(&format!("decoder_conv{layer}.0.weight"))?;
                Some((arrays::decoder_filters(layer), weight.i((.., 0))))
            })
            .collect()
    }

    fn decoder_weights(&self) -> Vec<Tensor> {
        let parameters = self.parameters().iter();
        parameters
            .filter(|(name, _)| name.starts_with("decoder") && name.ends_with(".weight"))
            .map(|(_, weight)| weight.detach())
            .collect()
    }
}

/// [`arrays::ENCODER_FILTERS`] of the weights `[U, P]` of a first layer.
pub(crate) fn encoder_filters(weight: &Tensor) -> (String, Tensor) {
    let side = IMAGE_SIDE as i64;
    let first = weight.i(..FILTERS.min(weight.size()[0]));
    (
        arrays::ENCODER_FILTERS.into(),
        first.view([-1, side, side]).to_kind(Kind::Float),
    )
}
