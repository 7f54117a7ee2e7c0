//! The images that evaluations show to models.

use experiment::{
    CODE_NOISE_MEASURED_IMAGES, FASHION_SAMPLE, FIRST_SAMPLE, MAX_TRAINING_IMAGES_MEASURED,
    Protocol, RANDOM_IMAGES, REFERENCE_IMAGES, RunFolder, SAMPLE_COUNT, Shape, arrays,
    shown_images,
};
use mnist_io::{Elements, IdxArray};
use rand::RngExt;
use tch::{Device, Kind, Tensor};

use super::images::{Images, LabeledImages, Pixels};
use crate::{
    Error,
    random::{RngStream, generator, normal},
    tensors::{as_images, to_array, to_floats},
};

/// The number of the first test images that the assignment shows with noise.
const FIRST_IMAGE_COUNT: usize = 10;
/// Standard deviation of the noise in the assignment's figure of noisy inputs, at 0-1 scale.
const FIRST_IMAGES_NOISE: f64 = 0.5;

/// The images of every evaluation.
#[derive(Clone, Debug)]
pub struct EvaluationImages {
    /// The test set.
    pub test: Images,
    /// The first training images: as many as there are test images, at most
    /// [`MAX_TRAINING_IMAGES_MEASURED`].
    pub training: Images,
    /// The test samples that every model reconstructs.
    pub samples: Images,
    /// Their indices in the test set.
    pub sample_indices: Vec<usize>,
    /// The first ten test images.
    pub first: Images,
    /// The test images whose codes get noise.
    pub code_noise: LabeledImages,
    /// The random image.
    pub random: Images,
    /// Many images of pixels uniform in 0 to 254.
    pub random_images: Images,
    /// The first training images: reconstructions get the class of the nearest of them.
    pub references: LabeledImages,
    /// The classes of the test images.
    pub labels: Option<Vec<u32>>,
    /// For each of the P numbers of an image, whether it is nonzero in any training image.
    pub nonzero_pixels: Vec<bool>,
    /// What only the assignment shows.
    pub fashion: Option<FashionImages>,
}

/// The images of the assignment that are not of MNIST.
#[derive(Clone, Debug)]
pub struct FashionImages {
    /// Fashion-MNIST test image 10.
    pub sample: Images,
    /// The whole Fashion-MNIST test set.
    pub test: Images,
}

impl EvaluationImages {
    /// Selects them from a training set and a test set, neither of them empty: ten samples that are
    /// spread evenly over the test set.
    pub fn new(training: &LabeledImages, test: &LabeledImages) -> Self {
        let count = SAMPLE_COUNT.min(test.images.len());
        let samples = (0..count).map(|i| i * test.images.len() / count);
        EvaluationImages::with_samples(training, test, samples.collect())
    }

    /// The assignment's: of MNIST's training set and test set, and Fashion-MNIST's test set.
    ///
    /// Draws the assignment's random image from libtorch's global generator, so call it before
    /// other threads use that.
    pub fn of_assignment(
        training: &LabeledImages,
        test: &LabeledImages,
        fashion: &LabeledImages,
    ) -> Self {
        let samples = (FIRST_SAMPLE..FIRST_SAMPLE + SAMPLE_COUNT).collect();
        EvaluationImages {
            random: random_image(),
            fashion: Some(FashionImages {
                sample: fashion.images.select([FASHION_SAMPLE]),
                test: fashion.images.clone(),
            }),
            ..EvaluationImages::with_samples(training, test, samples)
        }
    }

    fn with_samples(
        training: &LabeledImages,
        test: &LabeledImages,
        sample_indices: Vec<usize>,
    ) -> Self {
        let first_images = 0..FIRST_IMAGE_COUNT.min(test.images.len());
        let random_images = random_images(test.images.shape());
        let measured = test.images.len().min(MAX_TRAINING_IMAGES_MEASURED);
        let measured = measured.min(training.images.len());
        EvaluationImages {
            test: test.images.clone(),
            training: training.images.select(0..measured),
            samples: test.images.select(sample_indices.iter().copied()),
            sample_indices,
            first: test.images.select(first_images),
            code_noise: first(test, CODE_NOISE_MEASURED_IMAGES),
            random: random_images.select([0]),
            random_images,
            references: first(training, REFERENCE_IMAGES),
            labels: test.labels.clone(),
            nonzero_pixels: training.images.nonzero_pixels(),
            fashion: None,
        }
    }

    /// Writes the images that figures of the assignment show to the run folder.
    ///
    /// # Errors
    /// [`Error::RunFolder`].
    pub fn write(&self, run: &RunFolder) -> Result<(), Error> {
        let Some(fashion) = &self.fashion else {
            return Ok(());
        };
        for (name, images) in [
            (arrays::SAMPLES, &self.samples),
            (arrays::FIRST_IMAGES, &self.first),
            (arrays::FASHION, &fashion.sample),
            (arrays::RANDOM, &self.random),
        ] {
            let Pixels::Bytes(bytes) = images.pixels() else {
                unreachable!("the assignment's images are bytes");
            };
            let Shape { rows, columns, .. } = images.shape();
            let shape = vec![images.len(), rows, columns];
            let array = IdxArray::new(shape, Elements::U8(bytes.clone())).expect("whole images");
            run.write_input(name, &array)?;
        }
        run.write_input(arrays::FIRST_IMAGES_NOISY, &to_array(&self.first_noisy()))?;
        run.write_input(arrays::FIRST_TEST_IMAGES, &self.first_test_images())?;
        Ok(run.seal_inputs(&[
            arrays::FIRST_TEST_IMAGES,
            arrays::SAMPLES,
            arrays::FIRST_IMAGES,
            arrays::FIRST_IMAGES_NOISY,
            arrays::FASHION,
            arrays::RANDOM,
        ])?)
    }

    /// What [`arrays::FIRST_TEST_IMAGES`] holds: floats are rounded to the bytes that a screen shows.
    pub(crate) fn first_test_images(&self) -> IdxArray {
        let shape = self.test.shape();
        let count = shown_images(shape.size()).min(self.test.len());
        let images = self
            .test
            .select(0..count)
            .tensor(Protocol::Corrected, Device::Cpu);
        let bytes = (as_images(&images, shape) * 255.0)
            .clamp(0.0, 255.0)
            .round();
        let array_shape = bytes.size().iter().map(|&size| size as usize).collect();
        let bytes = to_floats(&bytes).into_iter().map(|value| value as u8);
        IdxArray::new(array_shape, Elements::U8(bytes.collect())).expect("whole images")
    }

    /// The first test images with noise, `[N, R, C]` at 0-1 scale.
    fn first_noisy(&self) -> Tensor {
        let Shape { rows, columns, .. } = self.first.shape();
        let clean = self.first.tensor(Protocol::Corrected, Device::Cpu);
        let mut rng = generator(0, RngStream::InputNoise, 0);
        let noise = normal(&mut rng, &clean.size()) * FIRST_IMAGES_NOISE;
        let noisy = (clean + noise).clamp(0.0, 1.0);
        noisy.view([-1, rows as i64, columns as i64])
    }
}

/// The first `count` images of a set, or all of a smaller set.
fn first(set: &LabeledImages, count: usize) -> LabeledImages {
    set.select(0..count.min(set.images.len()))
}

/// PyTorch's `torch.manual_seed(0); torch.randint(0, 255, (1, 28, 28))`.
fn random_image() -> Images {
    tch::manual_seed(0);
    let image = Tensor::randint_low(0, 255, [1, 28, 28], (Kind::Int64, Device::Cpu));
    let pixels = Vec::<i64>::try_from(image.flatten(0, -1)).expect("integers of rank 1");
    let bytes = pixels.into_iter().map(|pixel| pixel as u8).collect();
    Images::new(Shape::square(1, 28), Pixels::Bytes(bytes))
}

/// Images that a detector of unfamiliar images should find: the same in every run.
fn random_images(shape: Shape) -> Images {
    let mut rng = generator(0, RngStream::RandomImages, 0);
    let numbers = 0..RANDOM_IMAGES * shape.size();
    let bytes = numbers.map(|_| rng.random_range(0..=254)).collect();
    Images::new(shape, Pixels::Bytes(bytes))
}
