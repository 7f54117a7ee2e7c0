//! Losses of the training: curves and tables.

use experiment::Metric;

use crate::{
    drawing::{Axis, Curve, Plot},
    error::Error,
    format::{MeanStd, mean, or_none},
    report::{Block, Columns, Figure, Selection},
    run::{ExperimentResults, SeedResults},
};

struct Kind {
    x_label: &'static str,
    curve: fn(&ExperimentResults) -> Curve,
    /// What the overview of the report does not say of all curves.
    caption: &'static str,
    /// How several seeds are shown.
    by_seeds: &'static str,
}

const BY_ITERATION: Kind = Kind {
    x_label: "iteration",
    curve: |experiment| {
        let metrics = experiment.averaged_seeds()[0].metrics.iter();
        let steps = metrics.filter_map(|metric| match *metric {
            Metric::Step { step, loss, .. } => Some((step as f64, loss)),
            Metric::Epoch { .. } | Metric::Evaluation { .. } => None,
        });
        Curve {
            thin: steps.collect(),
            ..over_seeds(experiment, epochs_by_iteration)
        }
    },
    caption: "",
    by_seeds: "Thin is the first living seed; thick the mean over the living seeds, its band from the \
               lowest to the highest.",
};

const BY_EPOCH: Kind = Kind {
    x_label: "epoch",
    curve: |experiment| {
        over_seeds(experiment, |seed| {
            (1..).map(f64::from).zip(seed.epoch_losses()).collect()
        })
    },
    caption: "The mean loss of each epoch, weighted by images.",
    by_seeds: "The line is the mean over the living seeds, its band from the lowest to the highest.",
};

/// Training loss by iteration, with the mean of each epoch.
pub fn by_iteration(selection: &Selection, name: &str, title: &str) -> Result<Block, Error> {
    figure(selection, name, title, &BY_ITERATION)
}

/// Mean training loss of each epoch.
pub fn by_epoch(selection: &Selection, name: &str, title: &str) -> Result<Block, Error> {
    figure(selection, name, title, &BY_EPOCH)
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
            Metric::Evaluation { .. } => {}
        }
    }
    epochs
}

/// The losses of the epochs averaged over the seeds, with a band if there are several, and those
/// that the notebook printed.
pub fn over_seeds(
    experiment: &ExperimentResults,
    epochs: fn(&SeedResults) -> Vec<(f64, f64)>,
) -> Curve {
    let seeds = experiment.averaged_seeds().into_iter();
    let seeds: Vec<Vec<(f64, f64)>> = seeds.map(epochs).collect();
    let longest = seeds.iter().max_by_key(|epochs| epochs.len());
    let mut curve = Curve {
        label: experiment.label.clone(),
        ..Curve::default()
    };
    for (index, &(x, _)) in longest.into_iter().flatten().enumerate() {
        let losses = seeds.iter().filter_map(|epochs| Some(epochs.get(index)?.1));
        let losses: Vec<f64> = losses.collect();
        let mean = mean(losses.iter().copied());
        curve.thick.extend(mean.map(|loss| (x, loss)));
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

fn figure(selection: &Selection, name: &str, title: &str, kind: &Kind) -> Result<Block, Error> {
    if selection.is_empty() {
        return Ok(selection.placeholder(title));
    }
    let curves: Vec<Curve> = selection.rows().map(kind.curve).collect();
    let mut caption = kind.caption.to_owned();
    if selection.has_several_seeds() {
        caption = format!("{caption} {}", kind.by_seeds)
            .trim_start()
            .to_owned();
    }
    let plot = Plot {
        x: Axis::counts(kind.x_label),
        y: Axis::logarithmic("loss"),
        curves,
        points: Vec::new(),
        points_label: String::new(),
        dashed_label: String::new(),
    };
    Ok(selection.plot(Figure {
        name: name.into(),
        title: title.into(),
        alt: format!("Training loss by {} of {}", kind.x_label, selection.names()),
        caption,
        notes: Vec::new(),
        sources: selection.sources("metrics.jsonl"),
        drawing: plot.draw()?,
    }))
}

/// The final loss of each experiment beside the notebook's.
pub fn table(selection: &Selection) -> Block {
    let columns = Columns::of_experiments()
        .numbers("epochs", epochs)
        .means("first epoch", 4, |seed| {
            seed.epoch_losses().first().copied()
        })
        .means("last epoch", 4, SeedResults::last_loss)
        .numbers("notebook", |e| or_none(of_notebook(e), 4))
        .numbers("ratio", last_ratio);
    let caption = "Mean loss of the first and of the last epoch, that of the notebook's last epoch, \
                   and the ratio of this run's last epoch to it.";
    let table = columns.table("Training loss", caption, selection.rows());
    selection.table("metrics.jsonl", table)
}

/// The number of epochs of the first seed.
pub fn epochs(experiment: &ExperimentResults) -> String {
    experiment.first().epoch_losses().len().to_string()
}

/// The mean loss of the notebook's last epoch.
pub fn of_notebook(experiment: &ExperimentResults) -> Option<f64> {
    experiment.printed().epoch_loss.as_ref()?.last().copied()
}

/// The ratio of this run's last epoch to the notebook's.
pub fn last_ratio(experiment: &ExperimentResults) -> String {
    let last = experiment.mean_std(SeedResults::last_loss);
    ratio(last, of_notebook(experiment))
}

/// The mean of this run divided by the notebook's number.
pub fn ratio(mean: Option<MeanStd>, notebook: Option<f64>) -> String {
    let both = mean.zip(notebook);
    or_none(both.map(|(mean, notebook)| mean.mean / notebook), 2)
}
