//! Whether a model still responds to its input, found in the same pass as its scores.

pub(crate) use experiment::Health;
use experiment::{PIXELS, Protocol, Scores};
use tch::{Device, Kind, Tensor};

use crate::{
    Reconstruct,
    inputs::{Images, to_floats},
    scores::scores_of,
};

/// Images that are reconstructed at a time.
const CHUNK: i64 = 1000;
/// Pixels that differ by less look the same: half a grey level.
const INVISIBLE: f32 = 0.5 / 255.0;

/// The scores of a whole test set at 0-1 scale, averaged over its images, and the model's health.
pub fn test_set(model: &dyn Reconstruct, test: &Images, device: Device) -> (Scores, Health) {
    let images = test.tensor(Protocol::Corrected, device);
    let mut reconstructions = Vec::with_capacity(test.0.len());
    let mut alive: Vec<Tensor> = Vec::new();
    for chunk in images.split(CHUNK, 0) {
        let output = model.reconstruct(&chunk, Protocol::Corrected, None);
        reconstructions.extend(to_floats(&output.reconstruction));
        let active: Vec<Tensor> = model.hidden(&chunk).iter().map(active_units).collect();
        alive = if alive.is_empty() {
            active
        } else {
            let pairs = alive.iter().zip(&active);
            pairs.map(|(a, b)| a.logical_or(b)).collect()
        };
    }
    let images = to_floats(&images);
    let hidden_units: usize = alive.iter().map(Tensor::numel).sum();
    let living_units: i64 = alive
        .iter()
        .map(|layer| layer.sum(Kind::Int64).int64_value(&[]))
        .sum();
    let lit = |pixels: &[f32], pixel: usize| {
        pixels[pixel..]
            .iter()
            .step_by(PIXELS)
            .any(|&value| value != 0.0)
    };
    let health = Health {
        hidden_units,
        dead_hidden_units: hidden_units - living_units as usize,
        dead_output_pixels: (0..PIXELS)
            .filter(|&pixel| lit(&images, pixel) && !lit(&reconstructions, pixel))
            .count(),
        constant_output: is_constant(&reconstructions),
        stopped_after_epoch: None,
    };
    (scores_of(&images, &reconstructions), health)
}

/// Which units of a layer's output, `[N, U]` or `[N, F, H, W]`, are above zero for some image.
fn active_units(output: &Tensor) -> Tensor {
    let units = output.size()[1];
    let by_unit = output.transpose(0, 1).reshape([units, -1]);
    by_unit.gt(0.0).any_dim(1, false)
}

fn is_constant(reconstructions: &[f32]) -> bool {
    let first = &reconstructions[..PIXELS];
    reconstructions.chunks_exact(PIXELS).all(|image| {
        let pairs = image.iter().zip(first);
        pairs.into_iter().all(|(a, b)| (a - b).abs() < INVISIBLE)
    })
}
