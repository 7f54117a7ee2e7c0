//! Training images as steps: shuffled, scaled to 0-1, with noise if asked for.

use experiment::{Experiment, PIXELS};
use rand::{Rng, seq::SliceRandom};
use rand_distr::{Distribution, StandardNormal};
use tch::{Device, Kind, Tensor};

use crate::random::{Purpose, generator};

/// The training images where the model is.
#[derive(Debug)]
pub struct TrainingImages {
    /// Bytes, `[N, P]`.
    images: Tensor,
}

impl TrainingImages {
    /// Puts `images`, N x P bytes, on `device`.
    pub fn new(images: &[u8], device: Device) -> Self {
        let images = Tensor::from_slice(images).view([-1, PIXELS as i64]);
        TrainingImages {
            images: images.to_device(device),
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.images.size()[0] as usize
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn select(&self, indices: &[i64]) -> Tensor {
        let indices = Tensor::from_slice(indices).to_device(self.images.device());
        self.images.index_select(0, &indices).to_kind(Kind::Float) / 255.0
    }
}

/// One pass over the training images.
#[derive(Debug)]
pub struct Epoch<'a> {
    experiment: &'a Experiment,
    images: &'a TrainingImages,
    number: usize,
    order: Vec<i64>,
    batch_size: usize,
    noise: f64,
}

/// The images of one step, `[N, P]` at 0-1 scale.
#[derive(Debug)]
pub struct Batch {
    /// What the model sees: the images, perhaps with noise.
    pub input: Tensor,
    /// What it should give back: the images.
    pub target: Tensor,
}

impl<'a> Epoch<'a> {
    /// Epoch `number` (from 1) of an experiment that is trained.
    ///
    /// # Panics
    /// If the experiment has no training settings.
    pub fn new(experiment: &'a Experiment, images: &'a TrainingImages, number: usize) -> Self {
        let training = experiment.training.as_ref().expect("checked by the caller");
        let count = experiment
            .training_images
            .map_or(images.len(), |most| most.min(images.len()));
        let mut order: Vec<i64> = (0..count as i64).collect();
        order.shuffle(&mut generator(
            experiment.seed,
            &experiment.id,
            Purpose::Order,
            number,
        ));
        Epoch {
            experiment,
            images,
            number,
            order,
            batch_size: training.batch_size,
            noise: training.noise,
        }
    }

    /// How many steps the epoch has.
    pub fn steps(&self) -> usize {
        self.order.len().div_ceil(self.batch_size)
    }

    /// How many images step `index` (from 0) has: the last one of an epoch may have fewer.
    pub fn images_of(&self, index: usize) -> usize {
        self.batch_size
            .min(self.order.len() - index * self.batch_size)
    }

    /// The batch of step `index` (from 0), the same whichever batches were drawn before.
    pub fn batch(&self, index: usize) -> Batch {
        let start = index * self.batch_size;
        let target = self
            .images
            .select(&self.order[start..start + self.images_of(index)]);
        if self.noise == 0.0 {
            return Batch {
                input: target.shallow_clone(),
                target,
            };
        }
        let mut rng = generator(
            self.experiment.seed,
            &self.experiment.id,
            Purpose::TrainingNoise,
            self.number,
        );
        rng.set_stream(index as u64);
        let input =
            &target + normal(&mut rng, &target.size()).to_device(target.device()) * self.noise;
        Batch { input, target }
    }
}

/// Independent draws from N(0, 1), on the CPU.
pub fn normal(rng: &mut impl Rng, shape: &[i64]) -> Tensor {
    let count = shape.iter().product::<i64>() as usize;
    let values: Vec<f32> = StandardNormal.sample_iter(rng).take(count).collect();
    Tensor::from_slice(&values).view(shape)
}
