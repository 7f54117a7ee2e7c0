//! Whether a trained model still responds to its input, over the whole test set.

use experiment::{Health, arrays};
use tch::Tensor;

use super::{context::EvaluationContext, test_pass::TestPass};
use crate::{Error, data::nonzero_pixels, diagnosis::is_constant};

/// The health of a trained model.
pub(crate) fn health(
    test: &TestPass,
    dead_pixels: &[bool],
    loss_stalled: bool,
    stopped_after_epoch: Option<usize>,
) -> Health {
    let hidden_units = test.living.iter().map(Vec::len).sum();
    let is_dead = |lives: &&bool| !**lives;
    let numbers = test.reconstructions.numbers();
    Health {
        hidden_units,
        dead_hidden_units: test.living.iter().flatten().filter(is_dead).count(),
        dead_output_pixels: dead_pixels.iter().filter(|dead| **dead).count(),
        worse_than_mean_image: test.reconstructions.is_worse_than_mean_image(),
        constant_output: is_constant(&test.reconstructions.reconstructions, numbers),
        loss_stalled,
        stopped_after_epoch,
    }
}

/// Which output pixels, `[P]`, are 0 in every reconstruction although they are nonzero in some image:
/// none of a PCA, which has no unit that could die.
pub(crate) fn dead_pixels(context: &EvaluationContext, test: &TestPass) -> Vec<bool> {
    let numbers = test.reconstructions.numbers();
    if context.experiment.method.is_pca() {
        return vec![false; numbers];
    }
    let images = nonzero_pixels(&test.reconstructions.images, numbers);
    let outputs = nonzero_pixels(&test.reconstructions.reconstructions, numbers);
    let both = images.into_iter().zip(outputs);
    both.map(|(image, output)| image && !output).collect()
}

/// Writes [`arrays::PIXEL_ERRORS`].
pub(crate) fn write_pixel_errors(
    context: &EvaluationContext,
    test: &TestPass,
    dead_pixels: &[bool],
) -> Result<(), Error> {
    let errors = test.reconstructions.pixel_errors();
    let dead = errors.iter().zip(dead_pixels);
    let dead = dead.map(|(error, is_dead)| if *is_dead { *error } else { 0.0 });
    let both: Vec<f32> = errors.iter().copied().chain(dead).collect();
    context.write_images(arrays::PIXEL_ERRORS, &Tensor::from_slice(&both))
}
