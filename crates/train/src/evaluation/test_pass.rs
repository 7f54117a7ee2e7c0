//! One pass of a model over the whole test set.

use experiment::{Protocol, SHOWN_CODES};
use tch::{Device, IndexOp, Tensor};

use super::{reconstruct::Reconstruct, reconstructions::Reconstructions};
use crate::{
    data::Images,
    tensors::{count, with_floats},
};

/// The outputs of a model for the whole test set at 0-1 scale.
pub(crate) struct TestPass {
    pub(crate) reconstructions: Reconstructions,
    /// The codes of the first [`SHOWN_CODES`] images, `[M, U]`.
    pub(crate) codes: Tensor,
    /// For each hidden layer with a ReLU, whether each unit (of a convolutional layer: filter) is
    /// above zero for some image, `[U]`.
    pub(crate) living: Vec<Vec<bool>>,
    /// Share of the code's units that are above zero for an image, averaged over the images.
    pub(crate) active_fraction: f64,
}

impl TestPass {
    pub(crate) fn new(model: &dyn Reconstruct, set: &Images, device: Device) -> Self {
        let mut reconstructions = Reconstructions::with_capacity(set.shape(), set.len());
        // None before the first images.
        let mut living: Option<Vec<Vec<bool>>> = None;
        let mut codes: Vec<Tensor> = Vec::new();
        let (mut active, mut units) = (0, 0);
        for images in set.chunks(device) {
            let all_live = |living: &Vec<Vec<bool>>| living.iter().flatten().all(|lives| *lives);
            let output = if living.as_ref().is_some_and(all_live) {
                // Without the outputs of its layers, a model may be faster.
                model.reconstruct(&images, Protocol::Corrected, None)
            } else {
                let (output, hidden) = model.forward_with_hidden(&images);
                let units = |layer: &Tensor| vec![false; layer.size()[1] as usize];
                let living = living.get_or_insert_with(|| hidden.iter().map(units).collect());
                for (living, layer) in living.iter_mut().zip(&hidden) {
                    mark_living(living, layer);
                }
                output
            };
            reconstructions.add(&images, &output.reconstruction);
            let shown: i64 = codes.iter().map(|codes| codes.size()[0]).sum();
            let wanted = output.code.size()[0].min(SHOWN_CODES as i64 - shown);
            if wanted > 0 {
                codes.push(output.code.i(..wanted));
            }
            active += count(&output.code.gt(0.0));
            units += output.code.numel();
        }
        TestPass {
            reconstructions,
            codes: Tensor::cat(&codes, 0),
            living: living.unwrap_or_default(),
            active_fraction: active as f64 / units as f64,
        }
    }
}

/// Marks the units that are above zero for some image in a layer's output, `[N, U]` or
/// `[N, F, H, W]`.
fn mark_living(living: &mut [bool], output: &Tensor) {
    let mut largest = vec![0.0; living.len()];
    // With the units last, as convolutions leave them in memory.
    with_floats(&output.movedim_int(1, -1), |values| {
        for units in values.chunks_exact(largest.len()) {
            for (largest, &value) in largest.iter_mut().zip(units) {
                *largest = if value > *largest { value } else { *largest };
            }
        }
    });
    for (living, largest) in living.iter_mut().zip(largest) {
        *living |= largest > 0.0;
    }
}
