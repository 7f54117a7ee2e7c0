//! The effect of noise on the codes of the first test images.

use experiment::{CODE_NOISE_DRAWS, CODE_NOISE_MEASURED, CodeNoise, Protocol, assignment};
use image_metrics::squared_errors;
use tch::{Device, IndexOp, Tensor};

use super::{
    context::EvaluationContext,
    metrics::{NearestNeighbor, neighbor_correlation, squares_about_mean},
    reconstruct::Reconstruct,
};
use crate::{
    data::{EvaluationImages, LabeledImages},
    random::{RngStream, normal},
    tensors::to_floats,
};

/// Images whose draws go through a model together: more do not fit the processor's caches.
const CHUNK: usize = 4;

/// Reconstructs the first test images from codes with noise of each of [`CODE_NOISE_MEASURED`]: the same draws
/// at every level, scaled to it, so that levels differ in nothing else. Nothing for experiments without
/// claims about it, since it takes longer than all else.
pub(crate) fn code_noise(context: &EvaluationContext) -> Vec<CodeNoise> {
    if !context.is_of_assignment() || context.experiment.id != assignment::MANIFOLD {
        return Vec::new();
    }
    let EvaluationContext {
        model,
        images:
            EvaluationImages {
                code_noise: images,
                nonzero_pixels,
                ..
            },
        device,
        ..
    } = *context;
    let nearest = NearestNeighbor::new(&context.images.references, device);
    let nearest = nearest.as_ref();
    let clean = images.images.tensor(Protocol::Corrected, device);
    let code = model
        .reconstruct(&clean.i(..1), Protocol::Corrected, None)
        .code;
    let draws = CODE_NOISE_DRAWS as i64;
    let shape = [clean.size()[0], draws, code.size()[1]];
    let mut rng = context.generator(RngStream::CodeDraws);
    let noise = normal(&mut rng, &shape).to_device(device);
    let measure = |&level: &f64| {
        let mut sum = CodeNoise {
            level,
            sse: 0.0,
            nn_accuracy: nearest.map(|_| 0.0),
            variance: 0.0,
            neighbor_correlation: None,
        };
        let mut first_draws = Vec::new();
        let count = images.images.len();
        for start in (0..count).step_by(CHUNK) {
            let chunk = start..count.min(start + CHUNK);
            let known = nearest.zip(images.labels.as_ref());
            let known = known.map(|(nearest, labels)| (nearest, &labels[chunk.clone()]));
            let rows = chunk.start as i64..chunk.end as i64;
            let noise = (noise.i(rows.clone()) * level).flatten(0, 1);
            first_draws.extend(add(&mut sum, model, &clean.i(rows), &noise, known));
        }
        let shape = images.images.shape();
        let count = count as f64;
        CodeNoise {
            level,
            sse: sum.sse / (count * draws as f64),
            nn_accuracy: sum.nn_accuracy.map(|sum| sum / (count * draws as f64)),
            variance: sum.variance / count,
            neighbor_correlation: neighbor_correlation(&first_draws, shape, nonzero_pixels),
        }
    };
    CODE_NOISE_MEASURED.iter().map(measure).collect()
}

/// Adds the effect of `noise`, `[N draws, U]`, on images, `[N, P]`; with their classes, if these are
/// known, and what classifies reconstructions. Returns the reconstructions of the first draws, N x P.
fn add(
    sum: &mut CodeNoise,
    model: &dyn Reconstruct,
    images: &Tensor,
    noise: &Tensor,
    known: Option<(&NearestNeighbor, &[u32])>,
) -> Vec<f32> {
    let draws = CODE_NOISE_DRAWS as i64;
    // The draws of an image are consecutive rows.
    let repeated = images.repeat_interleave_self_int(draws, Some(0), None);
    let output = model.reconstruct(&repeated, Protocol::Corrected, Some(noise));
    let (targets, pixels) = (to_floats(&repeated), to_floats(&output.reconstruction));
    let numbers = images.size()[1];
    sum.sse += squared_errors(&targets, &pixels, numbers as usize)
        .iter()
        .sum::<f64>();
    if let (Some((nearest, labels)), Some(accuracy)) = (known, &mut sum.nn_accuracy) {
        let found = nearest.labels(&output.reconstruction);
        for (label, found) in labels.iter().zip(found.chunks(CODE_NOISE_DRAWS)) {
            *accuracy += found.iter().filter(|&other| other == label).count() as f64;
        }
    }
    let mut first_draws = Vec::new();
    for draws in pixels.chunks_exact(CODE_NOISE_DRAWS * numbers as usize) {
        sum.variance += mean_variance(draws, numbers as usize);
        first_draws.extend_from_slice(&draws[..numbers as usize]);
    }
    first_draws
}

/// The variance over `images`, at least two of `numbers` pixels, of a pixel: the mean over the pixels.
fn mean_variance(images: &[f32], numbers: usize) -> f64 {
    let count = (images.len() / numbers) as f64;
    squares_about_mean(images, numbers) / (count - 1.0) / numbers as f64
}

/// See [`experiment::Measures::image_variance`]. A single image has none.
pub(crate) fn image_variance(images: &LabeledImages) -> f64 {
    if images.images.len() < 2 {
        return 0.0;
    }
    let numbers = images.images.shape().size();
    let images = images.images.tensor(Protocol::Corrected, Device::Cpu);
    mean_variance(&to_floats(&images), numbers)
}
