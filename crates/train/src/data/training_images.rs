//! Which images of a set a model is trained on, and where they are.

use experiment::Shape;
use tch::{Device, Tensor};

use super::{images::Pixels, training_set::TrainingSet};

/// The training images, where they are cut into batches.
#[derive(Debug)]
pub struct TrainingImages<'a> {
    pub(super) set: &'a TrainingSet,
    pub(super) chosen: Chosen,
    pub(super) device: Device,
    /// The numbers of the images in memory, `[N, P]`, on a device other than the CPU.
    pub(super) on_device: Option<Tensor>,
}

/// Which images of a set are trained on.
#[derive(Clone, Debug)]
pub enum Chosen {
    /// The first so many.
    First(usize),
    /// Those of these indices, which ascend.
    These(Vec<usize>),
}

impl Chosen {
    /// The index after the last one.
    fn end(&self) -> usize {
        match self {
            Chosen::First(count) => *count,
            Chosen::These(indices) => indices.last().map_or(0, |last| last + 1),
        }
    }

    /// The index in the set of image `number` of these.
    pub(super) fn index(&self, number: u32) -> usize {
        match self {
            Chosen::First(_) => number as usize,
            Chosen::These(indices) => indices[number as usize],
        }
    }
}

impl<'a> TrainingImages<'a> {
    /// All images of `set`, for a model on `device`.
    pub fn new(set: &'a TrainingSet, device: Device) -> Self {
        TrainingImages::chosen(set, Chosen::First(set.len()), device)
    }

    /// Some images of `set`, for a model on `device`.
    pub fn chosen(set: &'a TrainingSet, chosen: Chosen, device: Device) -> Self {
        let on_device = match set {
            TrainingSet::Memory(images) if device != Device::Cpu => {
                let numbers = images.shape().size();
                let end = numbers * chosen.end();
                let tensor = match images.pixels() {
                    Pixels::Bytes(bytes) => Tensor::from_slice(&bytes[..end]),
                    Pixels::Floats(floats) => Tensor::from_slice(&floats[..end]),
                };
                Some(tensor.view([-1, numbers as i64]).to_device(device))
            }
            _ => None,
        };
        TrainingImages {
            set,
            chosen,
            device,
            on_device,
        }
    }

    /// The number of images, N.
    pub fn len(&self) -> usize {
        match &self.chosen {
            Chosen::First(count) => *count,
            Chosen::These(indices) => indices.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The size of each image.
    pub(super) fn shape(&self) -> Shape {
        self.set.shape()
    }
}
