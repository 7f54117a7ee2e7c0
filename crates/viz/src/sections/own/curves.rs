//! The losses of all models in one plot.

use super::group::Group;
use crate::{
    drawing::{Axis, COLOR_COUNT, Curve, Plot, SmallMultiples},
    error::Error,
    report::{Block, Figure, Note, grouped},
    run::{ExperimentResults, SeedResults},
    sections::shared::losses::over_seeds,
};

/// The maximum number of epochs with a marker each.
const MAX_MARKED: usize = 30;

/// A plot for each kind of loss, as numbers of different kinds cannot be compared; and if it has more
/// curves than colors, a panel for each model.
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
    let mut blocks = Vec::new();
    for (loss, experiments) in &losses {
        blocks.push(figure(group, loss, experiments)?);
        if experiments.len() > COLOR_COUNT {
            blocks.push(panels(group, loss, experiments));
        }
    }
    Ok(blocks)
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
    let held_out = held_out_images(best);
    let has_dashes = curves.iter().any(|curve| !curve.dashed.is_empty());
    let plot = Plot {
        x: Axis::counts("epoch"),
        y: Axis::logarithmic("loss"),
        curves,
        points: Vec::new(),
        points_label: String::new(),
        dashed_label: held_out.into(),
    };
    let mut caption = meaning_of_lines(loss, has_dashes.then_some(held_out), best);
    if !rest.is_empty() {
        caption += &format!(" In color: the best {clear} models.");
    }
    let selection = group.selection(best);
    if selection.has_several_seeds() {
        caption += " Of several seeds, the mean over the living ones, with a band from the lowest \
                    to the highest.";
    }
    Ok(selection.plot(Figure {
        name: name("own-training", loss, group),
        title: format!("{}: training loss, {loss}", group.name),
        alt: format!("Training loss by epoch of {}", selection.names()),
        caption,
        notes: early_stops(best).into_iter().collect(),
        sources: selection.sources("metrics.jsonl"),
        drawing: plot.draw()?,
    }))
}

/// A panel for each model, in the order of the ranking.
fn panels<'a>(group: &Group<'a>, loss: &str, experiments: &[&'a ExperimentResults]) -> Block {
    let curves: Vec<Curve> = experiments.iter().map(|e| curve(e)).collect();
    let has_dashes = curves.iter().any(|curve| !curve.dashed.is_empty());
    let lines = meaning_of_lines(
        loss,
        has_dashes.then(|| held_out_images(experiments)),
        experiments,
    );
    let selection = group.selection(experiments);
    selection.plot(Figure {
        name: name("own-training-each", loss, group),
        title: format!("{}: training loss of each model, {loss}", group.name),
        alt: format!("A panel with the training loss of each of {}", selection.names()),
        caption: format!(
            "A panel for each model, in the order of the ranking; gray: the training losses of all. \
             {lines}"
        ),
        notes: Vec::new(),
        sources: selection.sources("metrics.jsonl"),
        drawing: SmallMultiples {
            x: Axis::counts("epoch"),
            y: Axis::logarithmic("loss"),
            curves,
        }
        .draw(),
    })
}

fn name(beginning: &str, loss: &str, group: &Group) -> String {
    format!("{beginning}-{}{}", loss.replace(' ', "-"), group.suffix)
}

/// What the solid lines show, and the dashed ones if the loss was measured on other images too.
fn meaning_of_lines(
    loss: &str,
    held_out: Option<&str>,
    experiments: &[&ExperimentResults],
) -> String {
    let trainings = experiments.iter().map(|e| e.settings().method.training());
    let is_denoising = trainings.flatten().any(|t| !t.corruption.is_empty());
    let inputs = if is_denoising {
        ", whose inputs are not corrupted"
    } else {
        ""
    };
    let dashed = held_out.map_or(String::new(), |images| {
        format!("; dashed: the loss at the end of an epoch on the {images}{inputs}")
    });
    format!(
        "Solid: the training loss, {loss}, the mean over each epoch{dashed}. It includes the \
         penalties of models that have any."
    )
}

/// The images beside those of the training on which the loss was measured.
fn held_out_images(experiments: &[&ExperimentResults]) -> &'static str {
    let measured = experiments
        .iter()
        .map(|e| e.first())
        .filter(|s| !s.held_out_losses().is_empty());
    let of_validation: Vec<bool> = measured.map(SeedResults::has_validation_losses).collect();
    match (
        of_validation.contains(&true),
        of_validation.contains(&false),
    ) {
        (true, false) => "validation images",
        (false, _) => "test images",
        (true, true) => "validation images (or the test images where there are none)",
    }
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
    curve.marked = marked(&curve.thick);
    curve
}

/// The epochs with a marker: all of a few, without which a single one would not be seen.
pub fn marked(epochs: &[(f64, f64)]) -> Vec<(f64, f64)> {
    if epochs.len() <= MAX_MARKED {
        epochs.to_vec()
    } else {
        Vec::new()
    }
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
