//! Whether a trained model still responds to its input, over the whole test set.

use experiment::Health;
use tch::Tensor;

use super::test_pass::TestPass;
use crate::{
    data::nonzero_pixels,
    diagnosis::{has_stalled, is_constant},
    tensors::count,
};

/// The health of a trained model; `epoch_losses` are the mean losses of its epochs.
pub(crate) fn health(
    test: &TestPass,
    epoch_losses: &[f64],
    stopped_after_epoch: Option<usize>,
) -> Health {
    let hidden_units: usize = test.living.iter().map(Tensor::numel).sum();
    let living_units: usize = test.living.iter().map(count).sum();
    let numbers = test.reconstructions.numbers();
    let images = nonzero_pixels(&test.reconstructions.images, numbers);
    let outputs = nonzero_pixels(&test.reconstructions.reconstructions, numbers);
    Health {
        hidden_units,
        dead_hidden_units: hidden_units - living_units,
        dead_output_pixels: images
            .iter()
            .zip(&outputs)
            .filter(|(image, output)| **image && !**output)
            .count(),
        worse_than_mean_image: test.reconstructions.is_worse_than_mean_image(),
        constant_output: is_constant(&test.reconstructions.reconstructions, numbers),
        loss_stalled: has_stalled(epoch_losses),
        stopped_after_epoch,
    }
}
