//! What every measure needs: the model, the images and the folder of the results.

use experiment::{Experiment, ExperimentFolder, Protocol, assignment};
use mnist_io::{Elements, IdxArray};
use rand_chacha::ChaCha8Rng;
use tch::{Device, Tensor};

use super::{reconstruct::Reconstruct, reconstructions::Reconstructions};
use crate::{
    Error,
    data::{EvaluationImages, FashionImages, Images},
    random::{RngStream, generator, normal},
    tensors::{as_images, to_array},
};

/// A trained model with the images that it is shown and the folder that receives its arrays.
pub(crate) struct EvaluationContext<'a> {
    pub(crate) model: &'a dyn Reconstruct,
    pub(crate) experiment: &'a Experiment,
    pub(crate) images: &'a EvaluationImages,
    pub(crate) folder: &'a ExperimentFolder,
    pub(crate) device: Device,
}

impl EvaluationContext<'_> {
    /// Whether the report shows what only the assignment asks for.
    pub(crate) fn is_of_assignment(&self) -> bool {
        self.images.fashion.is_some() && assignment::has(self.experiment)
    }

    /// The garments, if the experiment is the assignment's.
    pub(crate) fn fashion(&self) -> Option<&FashionImages> {
        let fashion = self.images.fashion.as_ref();
        fashion.filter(|_| self.is_of_assignment())
    }

    /// The generator of an evaluation's noise: the same for all models of a seed, so that their
    /// errors can be compared.
    pub(crate) fn generator(&self, stream: RngStream) -> ChaCha8Rng {
        generator(self.experiment.seed, stream, 0)
    }

    /// Draws from N(0, 1) of the shape of `like`; each level has its ChaCha `stream`.
    pub(crate) fn noise(&self, rng: &mut ChaCha8Rng, stream: usize, like: &Tensor) -> Tensor {
        rng.set_stream(stream as u64);
        normal(rng, &like.size()).to_device(self.device)
    }

    /// Reconstructs images; writes the reconstructions under `name`.
    pub(crate) fn reconstruct(
        &self,
        images: &Images,
        protocol: Protocol,
        name: &str,
    ) -> Result<Reconstructions, Error> {
        let images = images.tensor(protocol, self.device);
        let output = self.model.reconstruct(&images, protocol, None);
        self.write_images(name, &output.reconstruction)?;
        Ok(self.pairs(&images, &output.reconstruction, protocol))
    }

    /// Images and their reconstructions, `[N, P]` each, at the scale of `protocol`.
    pub(crate) fn pairs(
        &self,
        images: &Tensor,
        reconstructions: &Tensor,
        protocol: Protocol,
    ) -> Reconstructions {
        let shape = self.images.test.shape();
        Reconstructions::new(shape, images, reconstructions, protocol)
    }

    /// Writes images, `[..., P]`, as `[N, R, C]` or `[N, 3, R, C]`.
    pub(crate) fn write_images(&self, name: &str, images: &Tensor) -> Result<(), Error> {
        self.write(name, &as_images(images, self.images.test.shape()))
    }

    /// Writes whole numbers, `[N]`, to the experiment's folder.
    pub(crate) fn write_integers(&self, name: &str, numbers: &[i32]) -> Result<(), Error> {
        let elements = Elements::I32(numbers.to_vec());
        let array = IdxArray::new(vec![numbers.len()], elements).expect("its own length");
        Ok(self.folder.write_array(name, &array)?)
    }

    /// Writes an array to the experiment's folder.
    pub(crate) fn write(&self, name: &str, array: &Tensor) -> Result<(), Error> {
        Ok(self.folder.write_array(name, &to_array(array))?)
    }
}
