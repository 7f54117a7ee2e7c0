//! The errors under both protocols, the assignment's and the corrected one, with the
//! reconstructions that the figures show.

use experiment::{
    AssignmentEvaluation, CODE_NOISE_FIGURE_IMAGES, CODE_NOISE_LEVELS, CorrectedEvaluation,
    INPUT_NOISE_LEVELS, ModelSpec, NotebookError, Protocol, SAMPLE_5, SampleScores, Scores, arrays,
};
use tch::{IndexOp, Tensor};

use super::{context::EvaluationContext, reconstructions::Reconstructions};
use crate::{Error, random::RngStream, tensors::as_images};

/// [`CODE_NOISE_LEVELS`] in the order of their draws: those that were added later come last, so that
/// the draws of the others stay as they were.
const CODE_NOISE_DRAWN: [f64; CODE_NOISE_LEVELS.len()] = [0.5, 5.0, 7.0, 10.0, 1.0, 3.0];

/// The errors that the assignment's notebook prints; `None` for other experiments than the
/// assignment's.
pub(crate) fn assignment(
    context: &EvaluationContext,
) -> Result<Option<AssignmentEvaluation>, Error> {
    let protocol = Protocol::Assignment;
    let convolutional = matches!(
        context.experiment.method.model(),
        Some(ModelSpec::Convolutional(_))
    );
    let Some(fashion) = fashion(context, protocol)? else {
        return Ok(None);
    };
    let random = random(context, protocol)?;
    let samples = samples(context, protocol)?.each();
    let indices = context.images.sample_indices.iter();
    let numbers = context.images.test.shape().size() as f64;
    Ok(Some(AssignmentEvaluation {
        samples: indices
            .zip(&samples)
            .map(|(&test_index, sample)| NotebookError {
                test_index,
                squared_error: sample.squared_error(),
                signed_error: convolutional.then(|| sample.signed_error()),
            })
            .collect(),
        fashion_mse: fashion.squared_error() / numbers * 255.0 * 255.0,
        random_squared_error: random.squared_error(),
        noisy_squared_error: noisy(context, protocol)?
            .iter()
            .map(Reconstructions::squared_error)
            .collect(),
    }))
}

/// All scores under the corrected protocol; `test` are those of the whole test set.
pub(crate) fn corrected(
    context: &EvaluationContext,
    test: Scores,
) -> Result<CorrectedEvaluation, Error> {
    let protocol = Protocol::Corrected;
    let samples = samples(context, protocol)?.each();
    let indices = context.images.sample_indices.iter();
    Ok(CorrectedEvaluation {
        samples: indices
            .zip(&samples)
            .map(|(&test_index, sample)| SampleScores {
                test_index,
                scores: sample.scores(),
            })
            .collect(),
        test,
        fashion: fashion(context, protocol)?.map(|fashion| fashion.scores()),
        random: random(context, protocol)?.scores(),
        noisy: noisy(context, protocol)?
            .iter()
            .map(Reconstructions::scores)
            .collect(),
        code_noise: code_noise(context)?,
    })
}

/// Reconstructs the samples; writes reconstructions and codes.
fn samples(context: &EvaluationContext, protocol: Protocol) -> Result<Reconstructions, Error> {
    let images = context.images.samples.tensor(protocol, context.device);
    let output = context.model.reconstruct(&images, protocol, None);
    context.write(&arrays::codes(protocol), &output.code)?;
    context.write_images(&arrays::samples(protocol), &output.reconstruction)?;
    Ok(context.pairs(&images, &output.reconstruction, protocol))
}

/// Reconstructs the garment, in the assignment; writes the reconstruction.
fn fashion(
    context: &EvaluationContext,
    protocol: Protocol,
) -> Result<Option<Reconstructions>, Error> {
    let name = arrays::fashion(protocol);
    context
        .fashion()
        .map(|fashion| context.reconstruct(&fashion.sample, protocol, &name))
        .transpose()
}

/// Reconstructs the random image; writes the reconstruction.
fn random(context: &EvaluationContext, protocol: Protocol) -> Result<Reconstructions, Error> {
    context.reconstruct(&context.images.random, protocol, &arrays::random(protocol))
}

/// Sample 5, or the last of fewer, with noise added at each level, against its clean image.
fn noisy(context: &EvaluationContext, protocol: Protocol) -> Result<Vec<Reconstructions>, Error> {
    let samples = context.images.samples.tensor(protocol, context.device);
    let index = (SAMPLE_5 as i64).min(samples.size()[0] - 1);
    let clean = samples.i(index..=index);
    let mut rng = context.generator(RngStream::InputNoise);
    let noisy: Vec<Tensor> = INPUT_NOISE_LEVELS
        .iter()
        .enumerate()
        .map(|(index, level)| &clean + context.noise(&mut rng, index, &clean) * *level)
        .collect();
    let noisy = Tensor::cat(&noisy, 0);
    let output = context.model.reconstruct(&noisy, protocol, None);
    context.write_images(&arrays::noisy_inputs(protocol), &noisy)?;
    let name = arrays::noisy_reconstructions(protocol);
    context.write_images(&name, &output.reconstruction)?;
    Ok((0..INPUT_NOISE_LEVELS.len() as i64)
        .map(|i| context.pairs(&clean, &output.reconstruction.i(i..=i), protocol))
        .collect())
}

/// The first test images, reconstructed from codes with noise of each level: the scores of each
/// image at each level.
fn code_noise(context: &EvaluationContext) -> Result<Vec<Vec<Scores>>, Error> {
    let protocol = Protocol::Corrected;
    let first = context.images.first.tensor(protocol, context.device);
    let count = first.size()[0].min(CODE_NOISE_FIGURE_IMAGES as i64);
    let images = first.i(..count);
    let clean = context.model.reconstruct(&images, protocol, None);
    let mut rng = context.generator(RngStream::CodeNoise);
    let mut noisy = Vec::new();
    for (stream, level) in CODE_NOISE_DRAWN.into_iter().enumerate() {
        let noise = context.noise(&mut rng, stream, &clean.code) * level;
        let output = context.model.reconstruct(&images, protocol, Some(&noise));
        noisy.push((level, output.reconstruction));
    }
    noisy.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    let noisy = noisy.into_iter().map(|(_, reconstruction)| reconstruction);
    let reconstructions: Vec<Tensor> = [clean.reconstruction].into_iter().chain(noisy).collect();
    // [image, level, P]
    let reconstructions = Tensor::stack(&reconstructions, 1);
    let levels = CODE_NOISE_LEVELS.len() as i64 + 1;
    let shape = as_images(&images, context.images.test.shape()).size();
    let shape = [&[count, levels], &shape[1..]].concat();
    context.write(arrays::CODE_NOISE, &reconstructions.view(&shape[..]))?;
    let of_image = |image: i64| {
        let clean = images.i(image..=image);
        (1..levels)
            .map(|level| context.pairs(&clean, &reconstructions.i((image, level)), protocol))
            .map(|noisy| noisy.scores())
            .collect()
    };
    Ok((0..count).map(of_image).collect())
}
