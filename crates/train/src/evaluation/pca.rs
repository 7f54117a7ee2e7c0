use std::path::Path;

use ae_models::Output;
use experiment::{MOST_COMPONENTS, Protocol};
use pca::{Centring, Pca};
use tch::{Device, Kind, Tensor};

use crate::{
    Error, Reconstruct, data::evaluation_images::Images, evaluation::reconstruct::encoder_filters,
};

/// PCA was fitted to 0-255 pixels.
const WHITE: f64 = 255.0;

/// A fitted PCA that keeps some of its components, and the whole fit for the curve of the error
/// against their number.
#[derive(Debug)]
pub struct TruncatedPca {
    model: Pca,
    whole: Pca,
}

impl TruncatedPca {
    /// Fits to `images` of `pixels` bytes each, one after the other; keeps `components`.
    ///
    /// # Errors
    /// [`Error::Pca`].
    pub fn fit(images: &[u8], pixels: usize, components: usize) -> Result<Self, Error> {
        let whole = Pca::fit(images, pixels, components.max(MOST_COMPONENTS))?;
        Ok(TruncatedPca {
            model: whole.truncated(components)?,
            whole,
        })
    }

    /// Writes the model with the components that it keeps.
    ///
    /// # Errors
    /// [`Error::Pca`].
    pub fn save(&self, path: &Path) -> Result<(), Error> {
        Ok(self.model.save(path)?)
    }
}

impl Reconstruct for TruncatedPca {
    fn reconstruct(
        &self,
        images: &Tensor,
        protocol: Protocol,
        code_noise: Option<&Tensor>,
    ) -> Output {
        let (centring, scale) = match protocol {
            Protocol::Assignment => (Centring::None, 1.0),
            Protocol::Corrected => (Centring::Subtract, WHITE),
        };
        let images = images.to_kind(Kind::Double) * scale;
        let shapes_agree = "images have as many pixels as those that were fitted";
        let mut code = self.model.project(&images, centring).expect(shapes_agree);
        if let Some(noise) = code_noise {
            code += noise * scale;
        }
        let reconstruction = self
            .model
            .reconstruct(&code, centring)
            .expect("as many numbers as components");
        Output {
            reconstruction: (reconstruction / scale).to_kind(Kind::Float),
            code: (code / scale).to_kind(Kind::Float),
        }
    }

    fn explained_variance_ratio(&self) -> Option<Vec<f64>> {
        Some(self.model.explained_variance_ratio())
    }

    fn sse_by_components(&self, test: &Images) -> Option<Vec<f64>> {
        let images = test.tensor(Protocol::Assignment, Device::Cpu);
        let errors = self
            .whole
            .errors_by_components(&images)
            .expect("images have as many pixels as those that were fitted");
        let at_unit_scale = errors.iter().map(|error| error / (WHITE * WHITE));
        Some(at_unit_scale.take(MOST_COMPONENTS).collect())
    }

    fn filters(&self) -> Vec<(String, Tensor)> {
        let components = Tensor::from_slice(self.model.components());
        let pixels = self.model.mean().len() as i64;
        vec![encoder_filters(&components.view([-1, pixels]))]
    }
}
