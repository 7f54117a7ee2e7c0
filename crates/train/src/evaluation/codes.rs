//! The codes of test images, and for codes of two numbers the images of a grid of codes.

use experiment::{CODE_GRID_SIDE, Protocol, arrays};
use tch::{Device, Kind, Tensor};

use super::{context::EvaluationContext, test_pass::TestPass};
use crate::Error;

/// The percentiles of each number of the codes between which the grid lies.
const RANGE: [f64; 2] = [0.02, 0.98];

/// Writes [`arrays::CODES_TEST`], [`arrays::LABELS_TEST`] and [`arrays::CODE_GRID`].
pub(crate) fn write(context: &EvaluationContext, test: &TestPass) -> Result<(), Error> {
    context.write(arrays::CODES_TEST, &test.codes)?;
    if let Some(labels) = &context.images.labels {
        let labels: Vec<i32> = labels.iter().map(|&label| label as i32).collect();
        context.write_integers(arrays::LABELS_TEST, &labels)?;
    }
    if test.codes.size()[1] != 2 {
        return Ok(());
    }
    let images = decode(context, &grid(&test.codes));
    context.write_images(arrays::CODE_GRID, &images)
}

/// The images, `[N, P]` at 0-1 scale, of codes, `[N, U]`: those of a black image, moved to them.
fn decode(context: &EvaluationContext, codes: &Tensor) -> Tensor {
    let numbers = context.images.test.shape().size() as i64;
    let black = Tensor::zeros([codes.size()[0], numbers], (Kind::Float, context.device));
    let protocol = Protocol::Corrected;
    let code = context.model.reconstruct(&black, protocol, None).code;
    let moves = codes.to_device(context.device) - code;
    let output = context.model.reconstruct(&black, protocol, Some(&moves));
    output.reconstruction
}

/// A square grid over the range of `codes`, `[M, 2]`: `[G G, 2]`, row by row, from the largest second
/// number to the smallest.
fn grid(codes: &Tensor) -> Tensor {
    let side = CODE_GRID_SIDE as i64;
    let codes = codes.to_device(Device::Cpu).to_kind(Kind::Double);
    let range = Tensor::from_slice(&RANGE);
    // [2 percentiles, 2 numbers]
    let ends = codes.quantile(&range, Some(0), false, "linear");
    let end = |percentile, number| ends.double_value(&[percentile, number]);
    let line = |from, to| Tensor::linspace(from, to, side, (Kind::Float, Device::Cpu));
    let (across, up) = (line(end(0, 0), end(1, 0)), line(end(1, 1), end(0, 1)));
    let rows = up.repeat_interleave_self_int(side, Some(0), None);
    Tensor::stack(&[across.repeat([side]), rows], 1)
}
