//! The codes of test images, and what codes between them decode to.

use experiment::{
    CODE_GRID_SIDE, INTERPOLATION_PAIRS, INTERPOLATION_STEPS, Method, ModelSpec, Operation,
    Protocol, SHOWN_CODES, arrays,
};
use tch::{Device, Kind, Tensor};

use super::{context::EvaluationContext, test_pass::TestPass};
use crate::Error;

/// The percentiles of each number of the codes between which the grid lies.
const RANGE: [f64; 2] = [0.02, 0.98];

/// Writes [`arrays::CODES_TEST`], [`arrays::LABELS_TEST`] and the decoded codes:
/// [`arrays::CODE_GRID`], [`arrays::CODE_PLANE`] and [`arrays::INTERPOLATIONS`].
pub(crate) fn write(context: &EvaluationContext, test: &TestPass) -> Result<(), Error> {
    context.write(arrays::CODES_TEST, &test.codes)?;
    if let Some(labels) = &context.images.labels {
        let shown = labels.iter().take(SHOWN_CODES);
        let labels: Vec<i32> = shown.map(|&label| label as i32).collect();
        context.write_integers(arrays::LABELS_TEST, &labels)?;
    }
    let size = test.codes.size();
    let (images, units) = (size[0], size[1]);
    if units == 2 {
        let grid = decode(context, &grid(&test.codes));
        context.write_images(arrays::CODE_GRID, &grid)?;
    }
    if !context.is_of_assignment() || unpools(&context.experiment.method) {
        return Ok(());
    }
    if units > 2 {
        let plane = decode(context, &plane(&test.codes));
        context.write_images(arrays::CODE_PLANE, &plane)?;
    }
    if images < 2 * INTERPOLATION_PAIRS as i64 {
        return Ok(());
    }
    let between = decode(context, &interpolations(&test.codes));
    context.write_images(arrays::INTERPOLATIONS, &between)
}

/// Whether the decoder also needs the positions of an image's maxima, which no code tells.
fn unpools(method: &Method) -> bool {
    let layers = method.model().map_or(Vec::new(), ModelSpec::layers);
    let mut operations = layers.iter().map(|layer| &layer.operation);
    operations.any(|operation| matches!(operation, Operation::MaxUnpool { .. }))
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

/// The grid of [`grid`] in the plane of the first two principal components of `codes`, `[M, U]`:
/// `[G G, U]`. Units that are the same for all images have no part in the components: of sparse codes
/// these are most.
fn plane(codes: &Tensor) -> Tensor {
    let codes = codes.to_device(Device::Cpu).to_kind(Kind::Double);
    let mean = codes.mean_dim(0, true, None);
    let varies = codes.ne_tensor(&codes.narrow(0, 0, 1)).any_dim(0, false);
    let mut units = varies.nonzero().flatten(0, -1);
    if units.numel() < 2 {
        units = Tensor::arange(2, (Kind::Int64, Device::Cpu));
    }
    let centered = (&codes - &mean).index_select(1, &units);
    let (_, vectors) = centered.tr().matmul(&centered).linalg_eigh("L");
    // In ascending order: the last one is the first component.
    let components = vectors.narrow(1, vectors.size()[1] - 2, 2).flip([1]);
    let positions = grid(&centered.matmul(&components)).to_kind(Kind::Double);
    let offsets = positions.matmul(&components.tr());
    let plane = mean.repeat([offsets.size()[0], 1]);
    plane.index_add(1, &units, &offsets).to_kind(Kind::Float)
}

/// The codes on the lines between the first of `codes`, `[M, U]`, pair by pair.
fn interpolations(codes: &Tensor) -> Tensor {
    let codes = codes.to_device(Device::Cpu);
    let steps = INTERPOLATION_STEPS as i64;
    let shares = Tensor::linspace(0, 1, steps, (Kind::Float, Device::Cpu)).unsqueeze(1);
    let lines = (0..INTERPOLATION_PAIRS as i64).map(|pair| {
        let (from, to) = (codes.get(2 * pair), codes.get(2 * pair + 1));
        &from + &shares * (&to - &from)
    });
    Tensor::cat(&lines.collect::<Vec<_>>(), 0)
}
