//! PCA, as an evaluation sees it.

use std::path::Path;

use ae_models::Output;
use experiment::{MAX_COMPONENTS, Protocol};
use pca::{Centering, Pca};
use tch::{Device, Kind, Tensor};

use super::reconstruct::{Reconstruct, encoder_filters};
use crate::{
    Error,
    data::{Images, Pixels},
};

/// The largest pixel of the images that PCA was fitted to.
const MAX_PIXEL: f64 = 255.0;

/// A fitted PCA that keeps some of its components, with the full fit for the curve of the error
/// against their number.
#[derive(Debug)]
pub struct TruncatedPca {
    model: Pca,
    full: Pca,
}

impl TruncatedPca {
    /// Fits to the first `count` of `images`, and keeps `components` components.
    ///
    /// # Errors
    /// [`Error::Pca`].
    pub fn fit(images: &Images, count: usize, components: usize) -> Result<Self, Error> {
        let numbers = images.shape().size();
        let fitted = components.max(MAX_COMPONENTS.min(numbers));
        let full = match images.pixels() {
            Pixels::Bytes(bytes) => Pca::fit(&bytes[..count * numbers], numbers, fitted),
            Pixels::Floats(floats) => Pca::fit_unit(&floats[..count * numbers], numbers, fitted),
        }?;
        Ok(TruncatedPca {
            model: full.truncated(components)?,
            full,
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
        let (centering, scale) = match protocol {
            Protocol::Assignment => (Centering::None, 1.0),
            Protocol::Corrected => (Centering::Subtract, MAX_PIXEL),
        };
        let images = images.to_kind(Kind::Double) * scale;
        let shapes_agree = "images have as many pixels as those that were fitted";
        let mut code = self.model.project(&images, centering).expect(shapes_agree);
        if let Some(noise) = code_noise {
            code += noise * scale;
        }
        let reconstruction = self
            .model
            .reconstruct(&code, centering)
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
            .full
            .errors_by_components(&images)
            .expect("images have as many pixels as those that were fitted");
        Some(
            errors
                .iter()
                .take(MAX_COMPONENTS)
                .map(|error| error / (MAX_PIXEL * MAX_PIXEL))
                .collect(),
        )
    }

    fn filters(&self) -> Vec<(String, Tensor)> {
        let components = Tensor::from_slice(self.model.components());
        let pixels = self.model.mean().len() as i64;
        vec![encoder_filters(&components.view([-1, pixels]))]
    }
}
