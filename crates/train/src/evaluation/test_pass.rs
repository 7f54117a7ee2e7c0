//! One pass of a model over the whole test set.

use experiment::SHOWN_CODES;
use tch::{Device, IndexOp, Tensor};

use super::{reconstruct::Reconstruct, reconstructions::Reconstructions};
use crate::{data::Images, tensors::count};

/// The outputs of a model for the whole test set at 0-1 scale.
pub(crate) struct TestPass {
    pub(crate) reconstructions: Reconstructions,
    /// The codes of the first [`SHOWN_CODES`] images, `[M, U]`.
    pub(crate) codes: Tensor,
    /// For each hidden layer with a ReLU, whether each unit (of a convolutional layer: filter) is
    /// above zero for some image, `[U]`.
    pub(crate) living: Vec<Tensor>,
    /// Share of the code's units that are above zero for an image, averaged over the images.
    pub(crate) active_fraction: f64,
}

impl TestPass {
    pub(crate) fn new(model: &dyn Reconstruct, set: &Images, device: Device) -> Self {
        let mut reconstructions = Reconstructions::none(set.shape());
        let mut living: Vec<Tensor> = Vec::new();
        let mut codes: Vec<Tensor> = Vec::new();
        let (mut active, mut units) = (0, 0);
        for images in set.chunks(device) {
            let (output, hidden) = model.forward_with_hidden(&images);
            reconstructions.add(&images, &output.reconstruction);
            let shown: i64 = codes.iter().map(|codes| codes.size()[0]).sum();
            let wanted = output.code.size()[0].min(SHOWN_CODES as i64 - shown);
            if wanted > 0 {
                codes.push(output.code.i(..wanted));
            }
            active += count(&output.code.gt(0.0));
            units += output.code.numel();
            let living_here = hidden.iter().map(living_units);
            living = if living.is_empty() {
                living_here.collect()
            } else {
                living
                    .iter()
                    .zip(living_here)
                    .map(|(before, here)| before.logical_or(&here))
                    .collect()
            };
        }
        TestPass {
            reconstructions,
            codes: Tensor::cat(&codes, 0),
            living,
            active_fraction: active as f64 / units as f64,
        }
    }
}

/// Which units of a layer's output, `[N, U]` or `[N, F, H, W]`, are above zero for some image,
/// `[U]` or `[F]`.
fn living_units(output: &Tensor) -> Tensor {
    let all_but_units: Vec<i64> = (0..output.dim() as i64).filter(|&d| d != 1).collect();
    output.amax(all_but_units.as_slice(), false).gt(0.0)
}
