//! The images that evaluations show to models.

use experiment::{
    CODE_NOISE_MEASURED_IMAGES, FASHION_SAMPLE, FIRST_SAMPLE, IMAGE_SIDE, PIXELS, Protocol,
    RANDOM_IMAGES, REFERENCE_IMAGES, RunFolder, SAMPLE_COUNT, arrays,
};
use mnist_io::{Dataset, Elements, IdxArray};
use rand::RngExt;
use tch::{Device, Kind, Tensor};

use super::images::{Images, LabeledImages, nonzero_pixels};
use crate::{
    Error,
    random::{RngStream, generator, normal},
    tensors::to_array,
};

/// The number of the first test images that the assignment shows with noise.
const FIRST_IMAGE_COUNT: usize = 10;
/// Standard deviation of the noise in the assignment's figure of noisy inputs, at 0-1 scale.
const FIRST_IMAGES_NOISE: f64 = 0.5;

/// The images of every evaluation.
#[derive(Clone, Debug)]
pub struct EvaluationImages {
    /// The MNIST test set.
    pub test: Images,
    /// The ten test samples.
    pub samples: Images,
    /// The first ten test images.
    pub first: Images,
    /// The test images whose codes get noise.
    pub code_noise: LabeledImages,
    /// Fashion-MNIST test image 10.
    pub fashion: Images,
    /// The whole Fashion-MNIST test set.
    pub fashion_test: Images,
    /// The assignment's random image.
    pub random: Images,
    /// Many images of pixels uniform in 0 to 254.
    pub random_images: Images,
    /// The first training images: reconstructions get the class of the nearest of them.
    pub references: LabeledImages,
    /// For each of the P pixels, whether it is nonzero in any training image.
    pub nonzero_pixels: Vec<bool>,
}

impl EvaluationImages {
    /// Selects them from MNIST's training set and the two test sets.
    ///
    /// Draws the assignment's random image from libtorch's global generator, so call it before
    /// other threads use that.
    pub fn new(training: &Dataset, test: &Dataset, fashion: &Dataset) -> Self {
        EvaluationImages {
            test: Images(test.images().to_vec()),
            samples: images(test, FIRST_SAMPLE, SAMPLE_COUNT),
            first: images(test, 0, FIRST_IMAGE_COUNT),
            code_noise: first(test, CODE_NOISE_MEASURED_IMAGES),
            fashion: images(fashion, FASHION_SAMPLE, 1),
            fashion_test: Images(fashion.images().to_vec()),
            random: random_image(),
            random_images: random_images(),
            references: first(training, REFERENCE_IMAGES),
            nonzero_pixels: nonzero_pixels(training.images()),
        }
    }

    /// Writes the images that figures show to the run folder.
    ///
    /// # Errors
    /// [`Error::RunFolder`].
    pub fn write(&self, run: &RunFolder) -> Result<(), Error> {
        for (name, images) in [
            (arrays::SAMPLES, &self.samples),
            (arrays::FIRST_IMAGES, &self.first),
            (arrays::FASHION, &self.fashion),
            (arrays::RANDOM, &self.random),
        ] {
            let shape = vec![images.len(), IMAGE_SIDE, IMAGE_SIDE];
            let array = IdxArray::new(shape, Elements::U8(images.0.clone())).expect("whole images");
            run.write_input(name, &array)?;
        }
        run.write_input(arrays::FIRST_IMAGES_NOISY, &to_array(&self.first_noisy()))?;
        Ok(run.seal_inputs(&[
            arrays::SAMPLES,
            arrays::FIRST_IMAGES,
            arrays::FIRST_IMAGES_NOISY,
            arrays::FASHION,
            arrays::RANDOM,
        ])?)
    }

    /// The first test images with noise, `[N, 28, 28]` at 0-1 scale.
    fn first_noisy(&self) -> Tensor {
        let side = IMAGE_SIDE as i64;
        let clean = self.first.tensor(Protocol::Corrected, Device::Cpu);
        let mut rng = generator(0, arrays::FIRST_IMAGES_NOISY, RngStream::InputNoise, 0);
        let noise = normal(&mut rng, &clean.size()) * FIRST_IMAGES_NOISE;
        (clean + noise).clamp(0.0, 1.0).view([-1, side, side])
    }
}

/// `count` images of a set from index `start` on.
fn images(set: &Dataset, start: usize, count: usize) -> Images {
    let pixels = set.pixels();
    Images(set.images()[start * pixels..(start + count) * pixels].to_vec())
}

/// The first `count` images of a set, or all of a smaller set.
fn first(set: &Dataset, count: usize) -> LabeledImages {
    let count = count.min(set.len());
    LabeledImages {
        images: images(set, 0, count),
        labels: set.labels()[..count].to_vec(),
    }
}

/// PyTorch's `torch.manual_seed(0); torch.randint(0, 255, (1, 28, 28))`.
fn random_image() -> Images {
    tch::manual_seed(0);
    let image = Tensor::randint_low(0, 255, [1, 28, 28], (Kind::Int64, Device::Cpu));
    let pixels = Vec::<i64>::try_from(image.flatten(0, -1)).expect("integers of rank 1");
    Images(pixels.into_iter().map(|pixel| pixel as u8).collect())
}

/// Images that a detector of unfamiliar images should find: the same in every run.
fn random_images() -> Images {
    let mut rng = generator(0, "random images", RngStream::RandomImages, 0);
    let pixels = 0..RANDOM_IMAGES * PIXELS;
    Images(pixels.map(|_| rng.random_range(0..=254)).collect())
}
