use experiment::{Experiment, ExperimentFolder, IMAGE_SIDE, Protocol};
use rand_chacha::ChaCha8Rng;
use tch::{Device, Tensor};

use crate::{
    Error, Reconstruct,
    data::evaluation_images::{Images, Inputs, to_array},
    evaluation::reconstructions::Pair,
    random::{Purpose, generator},
};

/// A trained model together with what it is fed and where its arrays go.
pub(crate) struct Probe<'a> {
    pub(crate) model: &'a dyn Reconstruct,
    pub(crate) experiment: &'a Experiment,
    pub(crate) inputs: &'a Inputs,
    pub(crate) folder: &'a ExperimentFolder,
    pub(crate) device: Device,
}

impl Probe<'_> {
    /// The generator of an evaluation's noise: the same for all models of a seed, so that their
    /// errors can be compared.
    pub(crate) fn generator(&self, purpose: Purpose) -> ChaCha8Rng {
        generator(self.experiment.seed, "evaluation", purpose, 0)
    }

    /// Reconstructs images; writes the reconstructions under `name`.
    pub(crate) fn reconstruct(
        &self,
        images: &Images,
        protocol: Protocol,
        name: &str,
    ) -> Result<Pair, Error> {
        let images = images.tensor(protocol, self.device);
        let output = self.model.reconstruct(&images, protocol, None);
        self.write_images(name, &output.reconstruction)?;
        Ok(Pair::new(&images, &output.reconstruction, protocol))
    }

    /// Writes images, `[..., P]`, as `[N, R, C]`.
    pub(crate) fn write_images(&self, name: &str, images: &Tensor) -> Result<(), Error> {
        let side = IMAGE_SIDE as i64;
        self.write(name, &images.view([-1, side, side]))
    }

    /// Writes an array to the experiment's folder.
    pub(crate) fn write(&self, name: &str, array: &Tensor) -> Result<(), Error> {
        Ok(self.folder.write_array(name, &to_array(array))?)
    }
}
