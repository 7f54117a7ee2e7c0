//! The test images that a model reconstructs best and worst.

use experiment::{EXTREME_IMAGES, arrays};
use tch::Tensor;

use super::{context::EvaluationContext, test_pass::TestPass};
use crate::Error;

/// Writes [`arrays::EXTREMES`] and [`arrays::EXTREME_INDICES`], by the errors of the test images.
pub(crate) fn write(
    context: &EvaluationContext,
    test: &TestPass,
    errors: &[f64],
) -> Result<(), Error> {
    let mut order: Vec<usize> = (0..errors.len()).collect();
    order.sort_by(|&a, &b| errors[a].total_cmp(&errors[b]));
    let count = EXTREME_IMAGES.min(order.len() / 2);
    let (best, worst) = (&order[..count], order[order.len() - count..].iter().rev());
    let chosen: Vec<usize> = best.iter().chain(worst).copied().collect();
    let pairs = &test.reconstructions;
    let numbers = pairs.numbers();
    let mut pixels = Vec::with_capacity(2 * chosen.len() * numbers);
    for &index in &chosen {
        let range = index * numbers..(index + 1) * numbers;
        pixels.extend_from_slice(&pairs.images[range.clone()]);
        pixels.extend_from_slice(&pairs.reconstructions[range]);
    }
    if chosen.is_empty() {
        return Ok(());
    }
    let indices: Vec<i32> = chosen.iter().map(|&index| index as i32).collect();
    context.write_integers(arrays::EXTREME_INDICES, &indices)?;
    context.write_images(arrays::EXTREMES, &Tensor::from_slice(&pixels))
}
