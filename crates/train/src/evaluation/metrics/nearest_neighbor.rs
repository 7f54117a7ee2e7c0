use experiment::Protocol;
use tch::{Device, Kind, Tensor};

use crate::data::evaluation_images::Labelled;

/// Images of known class, among which the nearest is looked for.
pub(crate) struct References {
    /// Transposed, at 0-1 scale, `[P, M]`.
    images: Tensor,
    /// Half the sum of the squared pixels of each, `[M]`.
    half_norms: Tensor,
    labels: Vec<u8>,
}

impl References {
    pub(crate) fn new(references: &Labelled, device: Device) -> Self {
        let images = references.images.tensor(Protocol::Corrected, device);
        let norms = images
            .square()
            .sum_dim_intlist([1].as_slice(), false, Kind::Float);
        References {
            images: images.transpose(0, 1),
            half_norms: norms / 2.0,
            labels: references.labels.clone(),
        }
    }

    /// The class of the reference nearest to each of `images`, `[N, P]` at 0-1 scale, by squared
    /// error.
    ///
    /// |x - r|^2 = |x|^2 - 2 (x r - |r|^2 / 2): the nearest r has the largest bracket, which takes
    /// one matrix product for all.
    pub(crate) fn nearest_labels(&self, images: &Tensor) -> Vec<u8> {
        let closeness = images.matmul(&self.images) - &self.half_norms;
        let nearest = Vec::<i64>::try_from(closeness.argmax(1, false)).expect("integers of rank 1");
        let label = |index| self.labels[index as usize];
        nearest.into_iter().map(label).collect()
    }
}
