//! Everything that is measured of a trained model.
//!
//! Every model has the numbers and arrays that some report shows of it, and `viz` chooses which. The
//! notebook's way, Fashion-MNIST and the plane of the codes are measured of the assignment's experiments
//! alone, and many draws of noise on the codes of the one that has claims about them.

mod claim_measures;
mod code_noise;
mod codes;
mod context;
mod extremes;
mod health;
mod metrics;
mod pca;
mod protocols;
mod reconstruct;
mod reconstructions;
mod test_pass;

use experiment::{Evaluation, Experiment, ExperimentFolder, Protocol, arrays};
use tch::{Device, Tensor};

use crate::{
    Error,
    data::EvaluationImages,
    diagnosis::{epoch_losses, has_stalled},
};
use context::EvaluationContext;
use test_pass::TestPass;

pub use pca::TruncatedPca;
pub use reconstruct::Reconstruct;

/// Measures a trained model under both protocols, and writes the arrays that the figures show to
/// its folder, from which it takes the losses of the training. The caller adds what happened
/// in the training, and writes `evaluation.json`.
///
/// # Errors
/// Files that cannot be read or written.
pub fn evaluate(
    model: &dyn Reconstruct,
    experiment: &Experiment,
    stopped_after_epoch: Option<usize>,
    images: &EvaluationImages,
    folder: &ExperimentFolder,
    device: Device,
) -> Result<Evaluation, Error> {
    let _no_grad = tch::no_grad_guard();
    let context = EvaluationContext {
        model,
        experiment,
        images,
        folder,
        device,
    };
    let test = TestPass::new(model, &images.test, device);
    let epoch_losses = epoch_losses(&folder.metrics()?);
    let training = experiment.method.training();
    let loss_stalled = training.is_some_and(|training| has_stalled(&epoch_losses, training));
    let dead_pixels = health::dead_pixels(&context, &test);
    let evaluation = Evaluation {
        experiment: experiment.id.clone(),
        assignment: protocols::assignment(&context)?,
        corrected: protocols::corrected(&context, test.reconstructions.scores())?,
        measures: claim_measures::measures(&context, &test)?,
        health: health::health(&test, &dead_pixels, loss_stalled, stopped_after_epoch),
        explained_variance_ratio: model.explained_variance_ratio(),
        training: None,
    };
    codes::write(&context, &test)?;
    health::write_pixel_errors(&context, &test, &dead_pixels)?;
    for (name, filters) in model.filters() {
        if name == arrays::ENCODER_FILTERS {
            context.write_images(&name, &filters)?;
        } else {
            context.write(&name, &filters)?;
        }
    }
    if images.fashion.is_none() {
        let samples = images.samples.tensor(Protocol::Corrected, device);
        context.write_images(arrays::SAMPLE_IMAGES, &samples)?;
        folder.write_array(arrays::FIRST_TEST_IMAGES, &images.first_test_images())?;
    }
    if let Some(errors) = model.sse_by_components(&images.test) {
        context.write(arrays::SSE_BY_COMPONENTS, &Tensor::from_slice(&errors))?;
    }
    Ok(evaluation)
}
