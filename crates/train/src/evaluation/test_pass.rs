use tch::{Device, Kind, Tensor};

use crate::{Reconstruct, data::evaluation_images::Images, evaluation::reconstructions::Pair};

/// What a model makes of the whole test set at 0-1 scale, found in one pass.
pub(crate) struct TestSet {
    pub(crate) pair: Pair,
    /// For each hidden layer with a ReLU, whether each unit (of a convolutional layer: filter) is
    /// above zero for some image, `[U]`.
    pub(crate) living: Vec<Tensor>,
    /// Share of the code's units that are above zero for an image, averaged over the images.
    pub(crate) activity: f64,
}

impl TestSet {
    pub(crate) fn new(model: &dyn Reconstruct, set: &Images, device: Device) -> Self {
        let mut pair = Pair::default();
        let mut living: Vec<Tensor> = Vec::new();
        let (mut active, mut units) = (0, 0);
        for images in set.chunks(device) {
            let (output, hidden) = model.trace(&images);
            pair.add(&images, &output.reconstruction);
            active += count(&output.code.gt(0.0));
            units += output.code.numel();
            let alive = hidden.iter().map(living_units);
            living = if living.is_empty() {
                alive.collect()
            } else {
                let layers = living.iter().zip(alive);
                layers.map(|(a, b)| a.logical_or(&b)).collect()
            };
        }
        TestSet {
            pair,
            living,
            activity: active as f64 / units as f64,
        }
    }
}

/// Which units of a layer's output, `[N, U]` or `[N, F, H, W]`, are above zero for some image.
fn living_units(output: &Tensor) -> Tensor {
    let all_but_units: Vec<i64> = (0..output.dim() as i64).filter(|&d| d != 1).collect();
    output.amax(all_but_units.as_slice(), false).gt(0.0)
}

/// How many entries of a tensor of truth values are true.
pub(crate) fn count(truths: &Tensor) -> usize {
    truths.sum(Kind::Int64).int64_value(&[]) as usize
}
