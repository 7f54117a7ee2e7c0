//! Training images as steps: shuffled, scaled to 0-1, with noise if asked for.

use ae_models::as_mut_slice;
use experiment::{Corruption, Experiment, PIXELS};
use multiversion::multiversion;
use rand::{Rng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;
use tch::{Device, Kind, Tensor};

use crate::{
    random::normal::fill_normal,
    random::{Purpose, generator},
};

/// The training images, where they are cut into batches.
#[derive(Debug)]
pub struct TrainingImages<'a> {
    /// N x P.
    bytes: &'a [u8],
    /// The same, `[N, P]`, on a device that is not the CPU.
    on_device: Option<Tensor>,
}

impl<'a> TrainingImages<'a> {
    /// `images`, N x P bytes, for a model on `device`.
    pub fn new(images: &'a [u8], device: Device) -> Self {
        let on_device = (device != Device::Cpu).then(|| {
            let images = Tensor::from_slice(images).view([-1, PIXELS as i64]);
            images.to_device(device)
        });
        TrainingImages {
            bytes: images,
            on_device,
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.bytes.len() / PIXELS
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// One pass over the training images.
#[derive(Debug)]
pub struct Epoch<'a> {
    experiment: &'a Experiment,
    images: &'a TrainingImages<'a>,
    number: usize,
    order: Vec<usize>,
    batch_size: usize,
    noise: f64,
}

/// The images of one step, `[N, P]` at 0-1 scale.
#[derive(Debug)]
pub struct Batch {
    /// In the target's memory if there is no noise.
    input: Tensor,
    target: Tensor,
}

impl<'a> Epoch<'a> {
    /// Epoch `number` (from 1) of an experiment that is trained.
    ///
    /// # Panics
    /// If the experiment is PCA.
    pub fn new(experiment: &'a Experiment, images: &'a TrainingImages<'a>, number: usize) -> Self {
        let training = experiment
            .method
            .training()
            .expect("PCA is fitted, not trained");
        let noises = training
            .corruption
            .iter()
            .map(|corruption| match corruption {
                Corruption::Gaussian { std } => *std,
            });
        let count = experiment
            .training_images
            .map_or(images.len(), |most| most.min(images.len()));
        let mut order: Vec<usize> = (0..count).collect();
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
            noise: noises.sum(),
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
        let mut batch = Batch::new();
        self.fill(index, &mut batch);
        batch
    }

    /// As [`Epoch::batch`], in the memory of an earlier batch of this experiment.
    pub fn fill(&self, index: usize, batch: &mut Batch) {
        let images = &self.order[index * self.batch_size..][..self.images_of(index)];
        match &self.images.on_device {
            Some(bytes) => self.fill_on_device(bytes, images, index, batch),
            None => self.fill_on_cpu(images, index, batch),
        }
    }

    fn fill_on_cpu(&self, images: &[usize], index: usize, batch: &mut Batch) {
        let Batch { input, target } = batch;
        let pixels = reuse(target, images.len());
        for (&image, row) in images.iter().zip(pixels.chunks_exact_mut(PIXELS)) {
            to_unit(&self.images.bytes[image * PIXELS..][..PIXELS], row);
        }
        if self.noise == 0.0 {
            *input = target.shallow_clone();
        } else {
            if input.data_ptr() == pixels.as_mut_ptr().cast() {
                // An earlier batch had no noise.
                *input = no_images();
            }
            let noisy = reuse(input, images.len());
            fill_normal(&mut self.noise_of(index), noisy);
            scale_and_add(noisy, self.noise as f32, pixels);
        }
    }

    fn fill_on_device(&self, bytes: &Tensor, images: &[usize], index: usize, batch: &mut Batch) {
        let Batch { input, target } = batch;
        let indices: Vec<i64> = images.iter().map(|&image| image as i64).collect();
        let indices = Tensor::from_slice(&indices).to_device(bytes.device());
        *target = bytes.index_select(0, &indices).to_kind(Kind::Float) / 255.0;
        *input = target.shallow_clone();
        if self.noise != 0.0 {
            let noise = normal(&mut self.noise_of(index), &target.size()) * self.noise;
            *input = &*target + noise.to_device(target.device());
        }
    }

    /// The generator of the noise on the batch of step `index`.
    fn noise_of(&self, index: usize) -> ChaCha8Rng {
        let Experiment { seed, id, .. } = self.experiment;
        let mut rng = generator(*seed, id, Purpose::TrainingNoise, self.number);
        rng.set_stream(index as u64);
        rng
    }
}

/// The memory of `images` images in `tensor`, which gets a new one if it has not this size.
fn reuse(tensor: &mut Tensor, images: usize) -> &mut [f32] {
    let size = [images as i64, PIXELS as i64];
    if tensor.size() != size {
        *tensor = Tensor::zeros(size, (Kind::Float, Device::Cpu));
    }
    // SAFETY: nobody else can set a batch's tensors, and an input that shares the target's memory
    // is never brought here. libtorch, the only other way to it, does not run while the slice lives.
    unsafe { as_mut_slice(tensor) }
}

impl Batch {
    /// A batch without images.
    pub fn new() -> Self {
        Batch {
            input: no_images(),
            target: no_images(),
        }
    }

    /// What the model sees: the images, perhaps with noise.
    pub fn input(&self) -> &Tensor {
        &self.input
    }

    /// What it should give back: the images.
    pub fn target(&self) -> &Tensor {
        &self.target
    }
}

fn no_images() -> Tensor {
    Tensor::zeros([0, PIXELS as i64], (Kind::Float, Device::Cpu))
}

impl Default for Batch {
    fn default() -> Self {
        Batch::new()
    }
}

/// Bytes at 0-1 scale.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
fn to_unit(bytes: &[u8], pixels: &mut [f32]) {
    for (pixel, &byte) in pixels.iter_mut().zip(bytes) {
        *pixel = f32::from(byte) / 255.0;
    }
}

/// x to s x + y.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
fn scale_and_add(values: &mut [f32], scale: f32, summands: &[f32]) {
    for (value, &summand) in values.iter_mut().zip(summands) {
        *value = scale * *value + summand;
    }
}

/// Independent draws from N(0, 1), on the CPU.
pub fn normal(rng: &mut impl Rng, shape: &[i64]) -> Tensor {
    let mut values = Tensor::zeros(shape, (Kind::Float, Device::Cpu));
    // SAFETY: nobody else has this tensor yet.
    fill_normal(rng, unsafe { as_mut_slice(&mut values) });
    values
}
