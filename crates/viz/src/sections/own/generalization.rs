//! How far the error on images of the training is below that on others, along the training.

use experiment::{HeldOutErrors, Loss, Metric};

use super::{
    curves::marked,
    group::{Group, SHORT_MEASURE},
};
use crate::{
    drawing::{Axis, Curve, Plot},
    error::Error,
    report::{Block, Figure},
    run::{ExperimentResults, SeedResults},
    sections::shared::losses::over_seeds,
};

/// How many models are shown, the best of those that were measured.
const MAX_MODELS: usize = 4;

/// A plot for each of the best models whose errors were measured along the training.
pub fn figures(group: &Group) -> Result<Vec<Block>, Error> {
    let measured = group.ranked.iter().copied();
    let measured = measured.filter(|e| !held_out(e.first(), |errors| errors.test).is_empty());
    let figures = (1..).zip(measured.take(MAX_MODELS));
    figures
        .map(|(place, experiment)| figure(group, experiment, place))
        .collect()
}

fn figure(group: &Group, experiment: &ExperimentResults, place: usize) -> Result<Block, Error> {
    let curve = |label: &str, errors: fn(&SeedResults) -> Vec<(f64, f64)>| {
        let over_seeds = over_seeds(experiment, errors);
        Curve {
            label: label.into(),
            marked: marked(&over_seeds.thick),
            thick: over_seeds.thick,
            band: over_seeds.band,
            ..Curve::default()
        }
    };
    let mut curves = vec![
        curve("training images", training_errors),
        curve("validation images", |s| held_out(s, |e| e.validation)),
        curve("test images", |s| held_out(s, |e| e.test)),
    ];
    curves.retain(|curve| !curve.thick.is_empty());
    let of_training = if curves
        .iter()
        .any(|curve| curve.label.starts_with("training"))
    {
        " That of the training images is the mean over each epoch, while the weights change, of the \
         images as they are trained on: augmented, corrupted, with dropout."
    } else {
        ""
    };
    let selection = group.selection(&[experiment]);
    let plot = Plot {
        x: Axis::counts("epoch"),
        y: Axis::logarithmic(SHORT_MEASURE),
        curves,
        points: Vec::new(),
        points_label: String::new(),
        dashed_label: String::new(),
    };
    Ok(selection.plot(Figure {
        name: match place {
            1 => format!("own-generalization{}", group.suffix),
            _ => format!("own-generalization{}-place-{place}", group.suffix),
        },
        title: format!("{}: errors along the training", experiment.label),
        alt: format!("Training, validation and test error by epoch of {}", experiment.id()),
        caption: format!(
            "The {SHORT_MEASURE} of an image, mean over the images, at the end of an epoch.{of_training} \
             Where the curves part, the model fits its training images rather than all images.",
        ),
        notes: Vec::new(),
        sources: selection.sources("metrics.jsonl"),
        drawing: plot.draw()?,
    }))
}

/// The squared error of a training image after each epoch, if that is what the training minimizes.
fn training_errors(seed: &SeedResults) -> Vec<(f64, f64)> {
    let training = seed.settings.method.training();
    if training.is_none_or(|training| training.loss != Loss::Mse) {
        return Vec::new();
    }
    let numbers: usize = seed.data.shape.iter().product();
    let error = |metric: &Metric| match metric {
        Metric::Epoch {
            epoch, loss, parts, ..
        } => {
            let loss = parts.map_or(*loss, |parts| parts.reconstruction);
            Some((*epoch as f64, loss * numbers as f64))
        }
        Metric::Step { .. } | Metric::Evaluation { .. } => None,
    };
    seed.metrics.iter().filter_map(error).collect()
}

/// The squared errors along the training on the images that `which` chooses.
fn held_out(
    seed: &SeedResults,
    which: fn(&HeldOutErrors) -> Option<experiment::ImageError>,
) -> Vec<(f64, f64)> {
    let error = |metric: &Metric| match metric {
        Metric::Evaluation { epoch, errors } => Some((*epoch as f64, which(errors)?.sse)),
        Metric::Step { .. } | Metric::Epoch { .. } => None,
    };
    seed.metrics.iter().filter_map(error).collect()
}
