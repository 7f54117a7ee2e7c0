//! A test set for images that have none.

use rand::seq::SliceRandom;

use crate::{
    Error,
    random::{RngStream, generator},
};

/// The indices, ascending, of the images for training, and of a share `test` of `count` images for
/// testing. The choice depends on their number only, so that all experiments on the same images are
/// tested on the same ones.
///
/// # Errors
/// [`Error::TooFewToSplit`].
pub(super) fn split(count: usize, test: f64, name: &str) -> Result<[Vec<usize>; 2], Error> {
    if count < 2 {
        return Err(Error::TooFewToSplit {
            name: name.to_owned(),
            found: count,
        });
    }
    let test_count = ((count as f64 * test).round() as usize).clamp(1, count - 1);
    let mut order: Vec<usize> = (0..count).collect();
    order.shuffle(&mut generator(0, RngStream::TestSplit, 0));
    let mut training = order.split_off(test_count);
    order.sort_unstable();
    training.sort_unstable();
    Ok([training, order])
}
