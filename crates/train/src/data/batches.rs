//! Training images as batches: shuffled, scaled to 0-1, augmented, and corrupted on the input.

use std::{ops::Range, sync::OnceLock};

use ae_models::{as_mut_slice, in_parts, rows_of_part};
use experiment::{Experiment, Training};
use rand_chacha::ChaCha8Rng;
use tch::{Device, Kind, Tensor};

use super::{
    augmentation::augment,
    corruption::corrupt,
    order::{beginning, order},
    training_images::TrainingImages,
};
use crate::{
    Error,
    random::{RngStream, generator},
};

/// One pass over the training images.
#[derive(Debug)]
pub struct Epoch<'a> {
    experiment: &'a Experiment,
    training: &'a Training,
    images: &'a TrainingImages<'a>,
    number: usize,
    /// Which of the images that are trained on the epoch uses one after the other.
    order: Vec<u32>,
}

impl<'a> Epoch<'a> {
    /// Epoch `number` (from 1) of an experiment that is trained by the settings `training`, on all of
    /// `images`.
    pub fn new(
        experiment: &'a Experiment,
        training: &'a Training,
        images: &'a TrainingImages<'a>,
        number: usize,
    ) -> Self {
        let mut epoch = Epoch {
            experiment,
            training,
            images,
            number,
            order: Vec::new(),
        };
        let mut rng = epoch.generator(RngStream::Order);
        epoch.order = order(images.len(), images.set.window(), &mut rng);
        epoch
    }

    /// Which epoch it is, counted from 1.
    pub fn number(&self) -> usize {
        self.number
    }

    /// The number of steps of the epoch.
    pub fn steps(&self) -> usize {
        self.order.len().div_ceil(self.training.batch_size)
    }

    /// The number of images of the epoch.
    pub fn images(&self) -> usize {
        self.order.len()
    }

    /// The number of images of step `index` (from 0): the last one of an epoch may have fewer.
    pub fn images_of(&self, index: usize) -> usize {
        let batch_size = self.training.batch_size;
        batch_size.min(self.order.len() - index * batch_size)
    }

    /// The batch of step `index` (from 0), the same whichever batches were drawn before.
    ///
    /// # Errors
    /// [`Error::ImageFile`].
    pub fn batch(&self, index: usize) -> Result<Batch, Error> {
        let mut batch = Batch::new();
        self.fill(index, &mut batch)?;
        Ok(batch)
    }

    /// Like [`Epoch::batch`], in the memory of an earlier batch.
    ///
    /// # Errors
    /// [`Error::ImageFile`].
    pub fn fill(&self, index: usize, batch: &mut Batch) -> Result<(), Error> {
        self.announce(index);
        let start = index * self.training.batch_size;
        let images = self.indices(start..start + self.images_of(index));
        let is_changed =
            !(self.training.augmentation.is_empty() && self.training.corruption.is_empty());
        match &self.images.on_device {
            Some(all) if !is_changed => {
                batch.target = gather(all, &images);
                batch.input = batch.target.shallow_clone();
            }
            _ => {
                self.fill_on_cpu(&images, index, batch)?;
                if self.images.device != Device::Cpu {
                    batch.target = batch.target.to_device(self.images.device);
                    batch.input = batch.input.to_device(self.images.device);
                }
            }
        }
        Ok(())
    }

    /// The indices in the set of a part of the epoch.
    fn indices(&self, part: Range<usize>) -> Vec<usize> {
        let part = self.order[part].iter();
        part.map(|&number| self.images.chosen.index(number))
            .collect()
    }

    /// Has the system read the next window while step `index` and those after it use theirs.
    fn announce(&self, index: usize) {
        let Some(window) = self.images.set.window() else {
            return;
        };
        let start = index * self.training.batch_size;
        let count = self.order.len();
        let batch = start..start + self.images_of(index);
        if let Some(begun) = beginning(batch.clone(), window, count) {
            let end = begun.end.max(batch.end);
            let first = if index == 0 { 0 } else { end };
            let next = first..count.min(end + window.max(batch.len()));
            self.images.set.will_need(self.indices(next));
        }
    }

    fn fill_on_cpu(&self, images: &[usize], index: usize, batch: &mut Batch) -> Result<(), Error> {
        let Training {
            augmentation,
            corruption,
            ..
        } = self.training;
        let Batch { input, target } = batch;
        let numbers = self.images.shape().size();
        let pixels = reuse(target, [images.len(), numbers]);
        let set = self.images.set;
        let failure = OnceLock::new();
        let rows = rows_of_part(numbers);
        let parts = images.chunks(rows).zip(pixels.chunks_mut(rows * numbers));
        in_parts(parts.collect(), &|(images, pixels): (
            &[usize],
            &mut [f32],
        )| {
            if let Err(error) = set.copy(images, pixels) {
                _ = failure.set(error);
            }
        });
        if let Some(error) = failure.into_inner() {
            return Err(error);
        }
        if !augmentation.is_empty() {
            let mut rng = self.generator_of_step(RngStream::Augmentation, index);
            augment(augmentation, self.images.shape(), &mut rng, pixels);
        }
        if corruption.is_empty() {
            *input = target.shallow_clone();
            return Ok(());
        }
        if input.data_ptr() == pixels.as_mut_ptr().cast() {
            // An earlier batch was not corrupted.
            *input = no_images();
        }
        let corrupted = reuse(input, [images.len(), numbers]);
        corrupted.copy_from_slice(pixels);
        let mut rng = self.generator_of_step(RngStream::Corruption, index);
        corrupt(corruption, &mut rng, corrupted);
        Ok(())
    }

    fn generator(&self, stream: RngStream) -> ChaCha8Rng {
        generator(self.experiment.seed, stream, self.number)
    }

    /// The generator of what is random at step `index` (from 0), for one purpose.
    pub(crate) fn generator_of_step(&self, stream: RngStream, index: usize) -> ChaCha8Rng {
        let mut rng = self.generator(stream);
        rng.set_stream(index as u64);
        rng
    }
}

/// The images of one step, `[N, P]` at 0-1 scale.
#[derive(Debug)]
pub struct Batch {
    /// Shares the target's memory if nothing is corrupted.
    input: Tensor,
    target: Tensor,
}

impl Batch {
    /// A batch without images.
    pub fn new() -> Self {
        Batch {
            input: no_images(),
            target: no_images(),
        }
    }

    /// What the model gets: the images, corrupted if the training says so.
    pub fn input(&self) -> &Tensor {
        &self.input
    }

    /// What the model should return: the images.
    pub fn target(&self) -> &Tensor {
        &self.target
    }
}

impl Default for Batch {
    fn default() -> Self {
        Batch::new()
    }
}

fn no_images() -> Tensor {
    Tensor::zeros([0, 0], (Kind::Float, Device::Cpu))
}

/// The memory of a matrix of the size `[N, P]` on the CPU in `tensor`, which is replaced if it has
/// another size or device.
fn reuse(tensor: &mut Tensor, size: [usize; 2]) -> &mut [f32] {
    let size = size.map(|length| length as i64);
    if tensor.size() != size || tensor.device() != Device::Cpu {
        *tensor = Tensor::zeros(size, (Kind::Float, Device::Cpu));
    }
    // SAFETY: only this module sets a batch's tensors, and an input that shares the target's memory
    // is never passed to this function. libtorch does not run while the slice lives.
    unsafe { as_mut_slice(tensor) }
}

/// Images of `all`, `[M, P]` bytes or floats at 0-1 scale, by their indices: `[N, P]` at 0-1 scale on
/// the same device.
fn gather(all: &Tensor, images: &[usize]) -> Tensor {
    let indices: Vec<i64> = images.iter().map(|&image| image as i64).collect();
    let indices = Tensor::from_slice(&indices).to_device(all.device());
    let chosen = all.index_select(0, &indices);
    if all.kind() == Kind::Uint8 {
        chosen.to_kind(Kind::Float) / 255.0
    } else {
        chosen
    }
}
