//! The losses of all models in one plot.

use super::group::Group;
use crate::{
    drawing::{Axis, COLOR_COUNT, Curve, Plot},
    error::Error,
    report::{Block, Figure, Note, grouped},
    run::{ExperimentResults, SeedResults},
    sections::shared::losses::over_seeds,
};

/// The maximum number of epochs with a marker each.
const MAX_MARKED: usize = 30;

/// A plot for each kind of loss: numbers of different kinds cannot be compared.
pub fn figures(group: &Group) -> Result<Vec<Block>, Error> {
    let mut losses: Vec<(String, Vec<&ExperimentResults>)> = Vec::new();
    for &experiment in &group.ranked {
        let Some(training) = experiment.settings().method.training() else {
            continue;
        };
        let name = training.loss.name().to_owned();
        match losses.iter_mut().find(|(known, _)| *known == name) {
            Some((_, experiments)) => experiments.push(experiment),
            None => losses.push((name, vec![experiment])),
        }
    }
    let figure = |(loss, experiments): &(String, Vec<_>)| figure(group, loss, experiments);
    losses.iter().map(figure).collect()
}

fn figure<'a>(
    group: &Group<'a>,
    loss: &str,
    experiments: &[&'a ExperimentResults],
) -> Result<Block, Error> {
    let clear = experiments.len().min(COLOR_COUNT);
    let (best, rest) = experiments.split_at(clear);
    let mut curves: Vec<Curve> = best.iter().map(|e| curve(e)).collect();
    curves.extend(rest.iter().enumerate().map(|(index, experiment)| Curve {
        label: match index {
            0 if rest.len() == 1 => "the other one".into(),
            0 => format!("the other {}", rest.len()),
            _ => String::new(),
        },
        is_faint: true,
        thick: curve(experiment).thick,
        ..Curve::default()
    }));
    let measured = best
        .iter()
        .map(|e| e.first())
        .filter(|s| !s.held_out_losses().is_empty());
    let of_validation: Vec<bool> = measured.map(SeedResults::has_validation_losses).collect();
    let held_out = match (
        of_validation.contains(&true),
        of_validation.contains(&false),
    ) {
        (true, false) => "validation images",
        (false, _) => "test images",
        (true, true) => "validation images, or the test images where there are none",
    };
    let has_dashes = curves.iter().any(|curve| !curve.dashed.is_empty());
    let plot = Plot {
        x: Axis::counts("epoch"),
        y: Axis::logarithmic("loss"),
        curves,
        points: Vec::new(),
        points_label: String::new(),
        dashed_label: held_out.into(),
    };
    let mut caption = format!("Solid: the training loss, {loss}, the mean over each epoch");
    if has_dashes {
        caption += &format!("; dashed: the loss on the {held_out} at the end of an epoch");
    }
    caption += ". It includes the penalties of models that have any.";
    if !rest.is_empty() {
        caption += &format!(" In color: the {clear} models with the smallest test errors.");
    }
    let selection = group.selection(best);
    if selection.has_several_seeds() {
        caption += " Of several seeds, the mean over the living ones, with a band from the lowest \
                    to the highest.";
    }
    Ok(selection.plot(Figure {
        name: format!("own-training-{}{}", loss.replace(' ', "-"), group.suffix),
        title: format!("{}: training loss, {loss}", group.name),
        alt: format!("Training loss by epoch of {}", selection.names()),
        caption,
        notes: early_stops(best).into_iter().collect(),
        sources: selection.sources("metrics.jsonl"),
        drawing: plot.draw()?,
    }))
}

/// The losses of a model on the images that it is trained on and on others.
fn curve(experiment: &ExperimentResults) -> Curve {
    let mut curve = Curve {
        label: experiment.label.clone(),
        ..Curve::default()
    };
    let trained = over_seeds(experiment, |seed| {
        (1..).map(f64::from).zip(seed.epoch_losses()).collect()
    });
    (curve.thick, curve.band) = (trained.thick, trained.band);
    curve.dashed = over_seeds(experiment, SeedResults::held_out_losses).thick;
    if curve.thick.len() <= MAX_MARKED {
        curve.marked.clone_from(&curve.thick);
    }
    curve
}

/// After which epoch early stopping ended trainings, and which weights were kept.
fn early_stops(experiments: &[&ExperimentResults]) -> Option<Note> {
    let stops = experiments.iter().filter_map(|experiment| {
        let record = experiment.first().evaluation.training.as_ref()?;
        let epoch = record.stopped_early_after_epoch?;
        let kept = match record.best_epoch {
            Some(best) => format!(", with the weights of epoch {best}"),
            None => String::new(),
        };
        let text = format!("ended after epoch {epoch}{kept}");
        Some((experiment.label.clone(), text))
    });
    grouped(stops).map(|text| Note::new("Early stopping", text))
}
