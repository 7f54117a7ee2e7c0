//! The measures that decide the report's claims.

use std::collections::BTreeMap;

use experiment::{
    CORRELATION_IMAGES, ClassError, Measures, Method, ModelSpec, Protocol, TEST_NOISE_LEVELS,
    arrays,
};
use image_metrics::{roc_auc, squared_error};
use tch::{IndexOp, Tensor};

use super::{
    code_noise::{code_noise, image_variance},
    context::EvaluationContext,
    extremes,
    metrics::{neighbor_correlation, root_mean_square},
    reconstructions::Reconstructions,
    test_pass::TestPass,
};
use crate::{
    Error,
    diagnosis::hidden_layers_that_can_die,
    random::{RngStream, normal},
    tensors::{to_floats, with_floats},
};

/// Takes the measures; writes the errors of single images that they come from.
pub(crate) fn measures(context: &EvaluationContext, test: &TestPass) -> Result<Measures, Error> {
    let EvaluationContext {
        model,
        images,
        device,
        ..
    } = *context;
    let random = Reconstructions::of_set(model, &images.random_images, device);
    let test_errors = test.reconstructions.squared_errors();
    let fashion_errors = context
        .fashion()
        .map(|fashion| Reconstructions::of_set(model, &fashion.test, device).squared_errors());
    let random_errors = random.squared_errors();
    for (name, errors) in [
        (arrays::ERRORS_TEST, Some(&test_errors)),
        (arrays::ERRORS_FASHION, fashion_errors.as_ref()),
        (arrays::ERRORS_RANDOM, Some(&random_errors)),
    ] {
        if let Some(errors) = errors {
            context.write(name, &Tensor::from_slice(errors))?;
        }
    }
    extremes::write(context, test, &test_errors)?;
    Ok(Measures {
        noisy_sse: noisy_sse(context, mean(&test_errors)),
        train_sse: train_sse(context),
        class_sse: class_sse(images.labels.as_deref().unwrap_or_default(), &test_errors),
        fashion_sse: fashion_errors.as_deref().map(mean),
        random_sse: mean(&random_errors),
        fashion_auc: fashion_errors
            .as_deref()
            .map(|errors| roc_auc(&test_errors, errors)),
        random_auc: roc_auc(&test_errors, &random_errors),
        contrast: test.reconstructions.contrast(),
        random_border: random.reconstructed_frame(),
        active_fraction: has_activity(&context.experiment.method).then_some(test.active_fraction),
        decoder_weights: model
            .decoder_weights()
            .iter()
            .map(root_mean_square)
            .collect(),
        filter_correlation: filter_correlation(context, test),
        image_correlation: image_correlation(context, test),
        code_noise: code_noise(context),
        image_variance: image_variance(&images.code_noise),
    })
}

/// Whether a unit of the code is either 0 or above: the share of those above then says something.
fn has_activity(method: &Method) -> bool {
    let model = method.model();
    model.is_some_and(|model| model.code_activation().can_die())
}

/// The error at each of [`TEST_NOISE_LEVELS`]. All levels scale the same draws, so that they
/// differ in nothing else; the error without noise, `clean`, is known already.
fn noisy_sse(context: &EvaluationContext, clean: f64) -> Vec<f64> {
    let test = &context.images.test;
    let mut rng = context.generator(RngStream::TestNoise);
    let mut sums = TEST_NOISE_LEVELS.map(|_| 0.0);
    for images in test.chunks(context.device) {
        let noise = normal(&mut rng, &images.size()).to_device(context.device);
        for (sum, level) in sums.iter_mut().zip(TEST_NOISE_LEVELS) {
            if level > 0.0 {
                let noisy = images.addcmul(&noise, &Tensor::from(level as f32));
                *sum += error_against(context, &noisy, &images);
            }
        }
    }
    let count = test.len() as f64;
    sums.into_iter()
        .zip(TEST_NOISE_LEVELS)
        .map(|(sum, level)| if level > 0.0 { sum / count } else { clean })
        .collect()
}

/// The squared error, summed over all pixels, of reconstructions of `images` against `targets`, both
/// `[N, P]` at 0-1 scale.
fn error_against(context: &EvaluationContext, images: &Tensor, targets: &Tensor) -> f64 {
    let output = context.model.reconstruct(images, Protocol::Corrected, None);
    with_floats(targets, |targets| {
        with_floats(&output.reconstruction, |found| {
            squared_error(targets, found)
        })
    })
}

/// See [`Measures::train_sse`].
fn train_sse(context: &EvaluationContext) -> Option<f64> {
    let EvaluationContext {
        experiment, images, ..
    } = context;
    let training = experiment.method.training();
    if training.is_some_and(|training| training.validation.is_some()) {
        return None;
    }
    let all = images.training.len();
    let count = experiment.training_images.map_or(all, |used| used.min(all));
    let (mut sum, mut left) = (0.0, count as i64);
    for images in images.training.chunks(context.device) {
        let images = images.i(..left.min(images.size()[0]));
        left -= images.size()[0];
        sum += error_against(context, &images, &images);
        if left == 0 {
            break;
        }
    }
    Some(sum / count as f64)
}

/// The mean of the errors of each class, by the classes of their images.
fn class_sse(labels: &[u32], errors: &[f64]) -> Vec<ClassError> {
    let mut of_class: BTreeMap<u32, Vec<f64>> = BTreeMap::new();
    for (&label, &error) in labels.iter().zip(errors) {
        of_class.entry(label).or_default().push(error);
    }
    let of_class = of_class.into_iter();
    of_class
        .map(|(label, errors)| ClassError {
            class: label as usize,
            images: errors.len(),
            sse: mean(&errors),
        })
        .collect()
}

/// Correlation of neighboring pixels of the first test images.
fn image_correlation(context: &EvaluationContext, test: &TestPass) -> f64 {
    let images = &test.reconstructions.images;
    let shape = context.images.test.shape();
    let images = &images[..images.len().min(CORRELATION_IMAGES * shape.size())];
    neighbor_correlation(images, shape, &context.images.nonzero_pixels).unwrap_or(0.0)
}

/// Correlation of neighboring weights of the filters of a first layer, if the model has any.
fn filter_correlation(context: &EvaluationContext, test: &TestPass) -> Option<f64> {
    let shown = context.model.filters();
    let (_, encoder_filters) = shown
        .iter()
        .find(|(name, _)| name == arrays::ENCODER_FILTERS)?;
    let shape = context.images.test.shape();
    let mut filters = to_floats(encoder_filters);
    let method = &context.experiment.method;
    let layers = method.model().map_or(Vec::new(), ModelSpec::layers);
    let first_can_die = hidden_layers_that_can_die(&layers).first() == Some(&1);
    // Dead units keep the random weights that they died with.
    if let Some(living) = test.living.first().filter(|_| first_can_die) {
        filters = filters
            .chunks_exact(shape.size())
            .zip(living)
            .filter(|(_, lives)| **lives)
            .flat_map(|(filter, _)| filter.iter().copied())
            .collect();
    }
    neighbor_correlation(&filters, shape, &context.images.nonzero_pixels)
}

/// The mean of `values`, which must not be empty.
fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}
