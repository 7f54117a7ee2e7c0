use ae_models::{Autoencoder, Output};
use experiment::{IMAGE_SIDE, Protocol, arrays};
use pca::{Centring, Pca};
use tch::{IndexOp, Kind, Tensor};

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

    /// The outputs of hidden ReLU layers, `[N, U]` or `[N, F, H, W]`, for images at 0-1 scale.
    fn hidden(&self, images: &Tensor) -> Vec<Tensor>;

    /// For PCA, the share of the total variance that each component explains.
    fn explained_variance_ratio(&self) -> Option<Vec<f64>> {
        None
    }

    /// The weights that the figures show, by their names in [`experiment::arrays`].
    fn filters(&self) -> Vec<(String, Tensor)>;
}

impl Reconstruct for Autoencoder {
    fn reconstruct(
        &self,
        images: &Tensor,
        _protocol: Protocol,
        code_noise: Option<&Tensor>,
    ) -> Output {
        let mut encoding = self.encode(images);
        if let Some(noise) = code_noise {
            encoding.code += noise;
        }
        Output {
            reconstruction: self.decode(&encoding),
            code: encoding.code,
        }
    }

    fn hidden(&self, images: &Tensor) -> Vec<Tensor> {
        Autoencoder::hidden(self, images)
    }

    fn filters(&self) -> Vec<(String, Tensor)> {
        let parameters = self.parameters();
        if let Some(weight) = parameters.get("encoder.0.weight") {
            return vec![as_images(weight)];
        }
        let layers = 1..=3;
        layers
            .filter_map(|layer| {
                let weight = parameters.get(&format!("decoder_conv{layer}.0.weight"))?;
                Some((arrays::decoder_filters(layer), weight.i((.., 0))))
            })
            .collect()
    }
}

impl Reconstruct for Pca {
    fn reconstruct(
        &self,
        images: &Tensor,
        protocol: Protocol,
        code_noise: Option<&Tensor>,
    ) -> Output {
        let (centring, scale) = match protocol {
            Protocol::Assignment => (Centring::None, 1.0),
            // It was fitted to 0-255 pixels.
            Protocol::Corrected => (Centring::Subtract, 255.0),
        };
        let images = images.to_kind(Kind::Double) * scale;
        let shapes_agree = "images have as many pixels as those that were fitted";
        let mut code = self.project(&images, centring).expect(shapes_agree);
        if let Some(noise) = code_noise {
            code += noise * scale;
        }
        let reconstruction = Pca::reconstruct(self, &code, centring).expect(shapes_agree);
        Output {
            reconstruction: (reconstruction / scale).to_kind(Kind::Float),
            code: (code / scale).to_kind(Kind::Float),
        }
    }

    fn explained_variance_ratio(&self) -> Option<Vec<f64>> {
        Some(Pca::explained_variance_ratio(self))
    }

    fn hidden(&self, _images: &Tensor) -> Vec<Tensor> {
        Vec::new()
    }

    fn filters(&self) -> Vec<(String, Tensor)> {
        let components = Tensor::from_slice(self.components());
        vec![as_images(&components.view([-1, self.mean().len() as i64]))]
    }
}

/// Weights `[U, P]` of the first units, as images.
fn as_images(weight: &Tensor) -> (String, Tensor) {
    let side = IMAGE_SIDE as i64;
    let first = weight.i(..FILTERS.min(weight.size()[0]));
    (
        arrays::ENCODER_FILTERS.into(),
        first.view([-1, side, side]).to_kind(Kind::Float),
    )
}
