//! Losses of the training: curves and tables.

use experiment::Metric;

use crate::{
    drawing::{Axis, Curve, Plot},
    error::Error,
    format::{MeanStd, mean, or_none},
    report::{Block, Column, Figure, Selection, Table},
    run::{ExperimentResults, NotebookResults, SeedResults},
};

/// Training loss by iteration, with the mean of each epoch.
pub fn by_iteration(selection: &Selection, name: &str, title: &str) -> Result<Block, Error> {
    let curve = |experiment: &&ExperimentResults| {
        let steps =
            experiment.averaged_seeds()[0]
                .metrics
                .iter()
                .filter_map(|metric| match *metric {
                    Metric::Step { step, loss, .. } => Some((step as f64, loss)),
                    Metric::Epoch { .. } => None,
                });
        Curve {
            thin: steps.collect(),
            ..over_seeds(experiment, epochs_by_iteration)
        }
    };
    let curves = selection.experiments.iter().map(curve).collect();
    let caption = "Thin: the loss of each batch. Thick, with markers: the mean of each epoch, at \
                   the middle of the epoch.";
    let by_seeds = "The thin line is of the first living seed. The thick one is the mean over the \
                    living seeds, its band from the lowest to the highest of them. Where no seed is \
                    alive, all count.";
    figure(
        selection,
        name,
        title,
        curves,
        "iteration",
        caption,
        by_seeds,
    )
}

/// Mean training loss of each epoch.
pub fn by_epoch(selection: &Selection, name: &str, title: &str) -> Result<Block, Error> {
    let curve = |experiment: &&ExperimentResults| {
        over_seeds(experiment, |seed| {
            (1..).map(f64::from).zip(seed.epoch_losses()).collect()
        })
    };
    let curves = selection.experiments.iter().map(curve).collect();
    let caption = "The mean loss of each epoch, weighted by images.";
    let by_seeds = "The line is the mean over the living seeds, or over all where none is alive, \
                    its band from the lowest to the highest of them.";
    figure(selection, name, title, curves, "epoch", caption, by_seeds)
}

/// The mean loss of each epoch, at its middle.
fn epochs_by_iteration(seed: &SeedResults) -> Vec<(f64, f64)> {
    let mut epochs = Vec::new();
    let (mut epoch_begins, mut last_step) = (0.0, 0.0);
    for metric in &seed.metrics {
        match *metric {
            Metric::Step { step, .. } => last_step = step as f64,
            Metric::Epoch { loss, .. } => {
                epochs.push(((epoch_begins + last_step) / 2.0, loss));
                epoch_begins = last_step;
            }
        }
    }
    epochs
}

/// The losses of the epochs averaged over the seeds, with a band if there are several, and those
/// that the notebook printed.
fn over_seeds(
    experiment: &ExperimentResults,
    epochs: fn(&SeedResults) -> Vec<(f64, f64)>,
) -> Curve {
    let seeds: Vec<Vec<(f64, f64)>> = experiment
        .averaged_seeds()
        .into_iter()
        .map(epochs)
        .collect();
    let longest = seeds.iter().max_by_key(|epochs| epochs.len());
    let mut curve = Curve {
        label: experiment.id().into(),
        ..Curve::default()
    };
    for (index, &(x, _)) in longest.into_iter().flatten().enumerate() {
        let losses: Vec<f64> = seeds
            .iter()
            .filter_map(|epochs| epochs.get(index))
            .map(|&(_, loss)| loss)
            .collect();
        curve
            .thick
            .extend(mean(losses.iter().copied()).map(|loss| (x, loss)));
        if seeds.len() > 1 {
            let lowest = losses.iter().copied().fold(f64::INFINITY, f64::min);
            let highest = losses.iter().copied().fold(0.0, f64::max);
            curve.band.push((x, lowest, highest));
        }
    }
    curve.marked = curve.thick.clone();
    if let Some(notebook) = &experiment.printed().epoch_loss {
        let epochs = curve.thick.iter().map(|point| point.0);
        curve.ringed = epochs.zip(notebook.iter().copied()).collect();
    }
    curve
}

fn figure(
    selection: &Selection,
    name: &str,
    title: &str,
    curves: Vec<Curve>,
    x_label: &str,
    caption: &str,
    by_seeds: &str,
) -> Result<Block, Error> {
    if selection.is_empty() {
        return Ok(selection.placeholder(title));
    }
    let mut caption = caption.to_owned();
    if curves.iter().any(|curve| !curve.ringed.is_empty()) {
        caption += " Rings: the means that the notebook printed.";
    }
    if selection.has_several_seeds() {
        caption = format!("{caption} {by_seeds}");
    }
    let plot = Plot {
        x: Axis::linear(x_label),
        y: Axis::logarithmic("loss"),
        curves,
        points: Vec::new(),
        points_label: String::new(),
    };
    Ok(selection.plot(Figure {
        name: name.into(),
        title: title.into(),
        alt: format!("Training loss by {x_label} of {}", selection.names()),
        caption,
        notes: Vec::new(),
        sources: selection.sources("metrics.jsonl"),
        drawing: plot.draw()?,
    }))
}

/// The final loss of each experiment beside the notebook's.
pub fn table(selection: &Selection) -> Block {
    let rows = selection.experiments.iter().map(|experiment| {
        let epochs = experiment.first().epoch_losses().len();
        let notebook = of_notebook(experiment.printed());
        vec![
            experiment.id().into(),
            epochs.to_string().into(),
            experiment
                .number(4, |seed| seed.epoch_losses().first().copied())
                .into(),
            experiment.number(4, SeedResults::last_loss).into(),
            or_none(notebook, 4).into(),
            ratio(experiment.mean_std(SeedResults::last_loss), notebook).into(),
        ]
    });
    selection.table(Table {
        title: "Training loss".into(),
        caption:
            "Mean loss of the first and of the last epoch, that of the notebook's last epoch, \
                  and the ratio of this run's last epoch to it."
                .into(),
        columns: vec![
            Column::words("experiment"),
            Column::numbers("epochs"),
            Column::numbers("first epoch"),
            Column::numbers("last epoch"),
            Column::numbers("notebook"),
            Column::numbers("ratio"),
        ],
        rows: rows.collect(),
        notes: Vec::new(),
        sources: selection.sources("metrics.jsonl"),
    })
}

/// The mean loss of the notebook's last epoch.
pub fn of_notebook(notebook: &NotebookResults) -> Option<f64> {
    notebook.epoch_loss.as_ref()?.last().copied()
}

/// The mean of this run divided by the notebook's number.
pub fn ratio(mean: Option<MeanStd>, notebook: Option<f64>) -> String {
    or_none(
        mean.zip(notebook)
            .map(|(mean, notebook)| mean.mean / notebook),
        2,
    )
}
