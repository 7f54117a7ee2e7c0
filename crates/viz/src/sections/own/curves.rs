//! The losses of all models in one plot.

use super::group::Group;
use crate::{
    drawing::{Axis, COLOR_COUNT, Curve, Plot},
    error::Error,
    report::{Block, Figure},
    run::{ExperimentResults, SeedResults},
    sections::shared::losses::over_seeds,
};

/// A number that is measured along the training.
struct Series {
    /// What the caption calls it.
    name: &'static str,
    /// Epoch and value of each measurement.
    values: fn(&SeedResults) -> Vec<(f64, f64)>,
    is_dashed: bool,
}

/// What is plotted of each model.
const SERIES: &[Series] = &[
    Series {
        name: "training loss",
        values: |seed| (1..).map(f64::from).zip(seed.epoch_losses()).collect(),
        is_dashed: false,
    },
    Series {
        name: "loss on images held out for validation, or else on the test images, at the end of an \
               epoch",
        values: SeedResults::held_out_losses,
        is_dashed: true,
    },
];

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
    let has_dashes = curves.iter().any(|curve| !curve.dashed.is_empty());
    let plot = Plot {
        x: Axis::counts("epoch"),
        y: Axis::logarithmic("loss"),
        curves,
        points: Vec::new(),
        points_label: String::new(),
    };
    let name = |is_dashed| {
        let series = SERIES.iter().find(|series| series.is_dashed == is_dashed);
        series.map_or("", |series| series.name)
    };
    let mut caption = format!("The {}, {loss}, the mean over each epoch", name(false));
    if has_dashes {
        caption += &format!("; dashed: the {}", name(true));
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
        notes: Vec::new(),
        sources: selection.sources("metrics.jsonl"),
        drawing: plot.draw()?,
    }))
}

/// All series of a model.
fn curve(experiment: &ExperimentResults) -> Curve {
    let mut curve = Curve {
        label: experiment.label.clone(),
        ..Curve::default()
    };
    for series in SERIES {
        let found = over_seeds(experiment, series.values);
        if series.is_dashed {
            curve.dashed = found.thick;
        } else {
            (curve.thick, curve.band) = (found.thick, found.band);
        }
    }
    if curve.thick.len() <= MAX_MARKED {
        curve.marked.clone_from(&curve.thick);
    }
    curve
}
