//! Classification by the nearest of some labeled images (1-NN).

use ae_models::linear;
use experiment::Protocol;
use tch::{Device, Kind, Tensor};

use crate::data::LabeledImages;

/// A 1-NN classifier.
pub(crate) struct NearestNeighbor {
    /// The M labeled images at 0-1 scale, `[M, P]`.
    images: Tensor,
    /// Minus half the sum of the squared pixels of each image, `[M]`.
    offsets: Tensor,
    /// The class of each image.
    labels: Vec<u32>,
}

impl NearestNeighbor {
    /// `None` without labels.
    pub(crate) fn new(references: &LabeledImages, device: Device) -> Option<Self> {
        let labels = references.labels.clone()?;
        let images = references.images.tensor(Protocol::Corrected, device);
        let norms = images
            .square()
            .sum_dim_intlist([1].as_slice(), false, Kind::Float);
        Some(NearestNeighbor {
            images,
            offsets: norms / -2.0,
            labels,
        })
    }

    /// The class of the labeled image nearest to each of `images`, `[N, P]` at 0-1 scale, by
    /// squared error.
    ///
    /// |x - r|^2 = |x|^2 - 2 (x r - |r|^2 / 2): the nearest r has the largest bracket, which takes
    /// one matrix product for all.
    pub(crate) fn labels(&self, images: &Tensor) -> Vec<u32> {
        let closeness = linear(images, &self.images, &self.offsets);
        let nearest = Vec::<i64>::try_from(closeness.argmax(1, false)).expect("integers of rank 1");
        nearest
            .into_iter()
            .map(|index| self.labels[index as usize])
            .collect()
    }
}
