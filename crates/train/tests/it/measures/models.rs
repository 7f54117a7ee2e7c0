//! Models made by hand.

use ae_models::Output;
use experiment::{Protocol, arrays};
use tch::{Device, Kind, Tensor};
use train::evaluation::Reconstruct;

/// Multiplies each pixel by a factor; its code is the image.
pub struct ScalingModel(pub f64);

impl Reconstruct for ScalingModel {
    fn reconstruct(&self, images: &Tensor, _: Protocol, code_noise: Option<&Tensor>) -> Output {
        let code = code_noise.map_or_else(|| images.shallow_clone(), |noise| images + noise);
        Output {
            reconstruction: &code * self.0,
            code,
        }
    }

    fn filters(&self) -> Vec<(String, Tensor)> {
        Vec::new()
    }
}

/// Gives every image the same gray.
pub struct ConstantModel(pub f64);

impl Reconstruct for ConstantModel {
    fn reconstruct(&self, images: &Tensor, _: Protocol, _: Option<&Tensor>) -> Output {
        Output {
            reconstruction: images.full_like(self.0),
            code: -images.ones_like(),
        }
    }

    fn filters(&self) -> Vec<(String, Tensor)> {
        Vec::new()
    }
}

/// A model of which only the weights matter.
pub struct Weights(pub Vec<f32>);

/// The same; every second of its hidden units is dead.
pub struct HalfDead(pub Vec<f32>);

impl Reconstruct for HalfDead {
    fn reconstruct(&self, images: &Tensor, protocol: Protocol, noise: Option<&Tensor>) -> Output {
        ConstantModel(0.0).reconstruct(images, protocol, noise)
    }

    fn forward_with_hidden(&self, images: &Tensor) -> (Output, Vec<Tensor>) {
        let units = (self.0.len() / 784) as i64;
        let alive = Tensor::arange(units, (Kind::Float, Device::Cpu)).remainder(2.0) - 1.0;
        let hidden = (-alive).repeat([images.size()[0], 1]);
        let output = self.reconstruct(images, Protocol::Corrected, None);
        (output, vec![hidden])
    }

    fn filters(&self) -> Vec<(String, Tensor)> {
        Weights(self.0.clone()).filters()
    }
}

impl Reconstruct for Weights {
    fn reconstruct(&self, images: &Tensor, protocol: Protocol, noise: Option<&Tensor>) -> Output {
        ConstantModel(0.0).reconstruct(images, protocol, noise)
    }

    fn filters(&self) -> Vec<(String, Tensor)> {
        let filters = Tensor::from_slice(&self.0).view([-1, 28, 28]);
        vec![(arrays::ENCODER_FILTERS.into(), filters)]
    }

    fn decoder_weights(&self) -> Vec<Tensor> {
        let three_and_fours: Vec<f32> = vec![3.0, -4.0, 4.0];
        vec![Tensor::from_slice(&three_and_fours), Tensor::from(3.0f32)]
    }
}
