//! Whether there is enough memory for an experiment.
//!
//! An experiment whose training (weights, optimizer state and outputs of layers) or whose evaluation
//! (test images and their reconstructions) cannot fit into the free memory (of the machine, the
//! container, the process) is refused when its turn comes, since running out of memory would end the
//! whole program. Tensors are written and read piece by piece: a checkpoint takes no
//! memory.

use experiment::{Experiment, RANDOM_IMAGES};

use crate::{Error, data::DataSet, free_memory::lack_of_memory};

/// Refuses an experiment on the first `images` training images of `data` that cannot fit into memory,
/// before it begins: running out of memory in the middle ends the whole program.
pub(crate) fn check(experiment: &Experiment, images: usize, data: &DataSet) -> Result<(), Error> {
    let numbers = data.shape().size();
    // An evaluation holds the test images or the random ones, and their reconstructions, as floats.
    let evaluated = data.evaluation.test.len().max(RANDOM_IMAGES);
    let evaluation = 2 * 4 * (evaluated * numbers) as u64;
    let mut needed = experiment.min_memory(images, numbers).max(evaluation);
    // PCA is fitted to all images at once, and held-out images are in memory.
    let read = match experiment.method.training() {
        None => images,
        Some(training) => training
            .validation
            .map_or(0, |held_out| held_out.count(images)),
    };
    needed += data.training.bytes_of_copies(read);
    match lack_of_memory(needed) {
        None => Ok(()),
        Some(free) => Err(Error::Memory {
            id: experiment.id.clone(),
            needed,
            free,
        }),
    }
}
