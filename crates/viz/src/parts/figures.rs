//! The figures that several parts have in common.

use experiment::{FIRST_SAMPLE, Metric, Protocol, SAMPLES, arrays};

use crate::{
    Error,
    curves::{self, Curve},
    grid::{Grid, Row, Tile},
    image::Gray,
    notes::evaluation_faults,
    numbers::decimals,
    report::{Block, Figure},
    run::{Finished, input_source},
    selection::Selection,
};

/// Side of the images in figures of ten columns: twice a digit's.
pub const SMALL: u32 = 56;
/// Side of the images in figures of few columns: three times a digit's.
pub const LARGE: u32 = 84;
/// Encoder filters that a run folder keeps of each model with at least so many hidden units.
pub const FILTERS: usize = 64;

/// An image with what stands under it.
pub fn tile(image: Gray, caption: impl Into<String>) -> Tile {
    Tile {
        image,
        caption: caption.into(),
    }
}

/// How the images and the errors of a protocol are to be read.
pub fn reading(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Assignment => {
            "Under each reconstruction: the sum over the 784 pixels of ((x − x̂) / 255)², x from 0 \
             to 255. Black is 0, white 255; values outside are clipped."
        }
        Protocol::Corrected => {
            "Under each reconstruction: the squared error summed over the 784 pixels, x from 0 to \
             1. Black is 0, white 1; values outside are clipped."
        }
    }
}

/// Training loss against iterations, with each epoch's mean.
pub fn loss_by_iteration(selection: &Selection, name: &str, title: &str) -> Result<Block, Error> {
    let curves = selection.experiments.iter().map(|experiment| {
        let mut line: Vec<(f64, f64)> = Vec::new();
        let mut marked = Vec::new();
        let mut epoch_begins = 0.0;
        for metric in &experiment.metrics {
            match *metric {
                Metric::Step { step, loss, .. } => line.push((step as f64, loss)),
                Metric::Epoch { loss, .. } => {
                    let epoch_ends = line.last().map_or(epoch_begins, |step| step.0);
                    marked.push(((epoch_begins + epoch_ends) / 2.0, loss));
                    epoch_begins = epoch_ends;
                }
            }
        }
        Curve {
            label: experiment.id().into(),
            line,
            marked,
        }
    });
    let caption = "Thin: the loss of each batch. Thick, with markers: the mean of each epoch, in \
                   the epoch's middle.";
    losses(
        selection,
        name,
        title,
        curves.collect(),
        "iteration",
        caption,
    )
}

/// Mean training loss of each epoch.
pub fn loss_by_epoch(selection: &Selection, name: &str, title: &str) -> Result<Block, Error> {
    let curves = selection.experiments.iter().map(|experiment| Curve {
        label: experiment.id().into(),
        line: Vec::new(),
        marked: (1..)
            .map(f64::from)
            .zip(experiment.epoch_losses())
            .collect(),
    });
    let caption = "The mean loss of each epoch, weighted by images.";
    losses(selection, name, title, curves.collect(), "epoch", caption)
}

fn losses(
    selection: &Selection,
    name: &str,
    title: &str,
    curves: Vec<Curve>,
    x_label: &str,
    caption: &str,
) -> Result<Block, Error> {
    if selection.is_empty() {
        return Ok(selection.absence(title));
    }
    Ok(selection.figure(Figure {
        name: name.into(),
        title: title.into(),
        alt: format!("Training loss by {x_label} of {}", selection.names()),
        caption: caption.into(),
        notes: Vec::new(),
        sources: selection.sources("metrics.jsonl"),
        drawing: curves::draw(&curves, x_label)?,
    }))
}

/// The ten test samples and their reconstructions, a row an experiment.
pub fn samples(
    selection: &Selection,
    protocol: Protocol,
    name: &str,
    title: &str,
) -> Result<Block, Error> {
    if selection.is_empty() {
        return Ok(selection.absence(title));
    }
    let originals = selection.run.input(arrays::SAMPLES, SAMPLES)?;
    let mut rows = vec![Row::new(
        "original",
        originals.iter().map(|image| tile(image.clipped(255.0), "")),
    )];
    let array = arrays::samples(protocol);
    let mut sources = vec![input_source(arrays::SAMPLES)];
    for experiment in &selection.experiments {
        let images = experiment.pictures(&array, SAMPLES)?;
        let tiles = images.iter().zip(sample_errors(experiment, protocol));
        rows.push(Row::new(
            experiment.id(),
            tiles.map(|(image, error)| tile(image.clipped(protocol.white()), decimals(error, 2))),
        ));
        sources.push(experiment.array_source(&array));
        sources.push(experiment.source("evaluation.json"));
    }
    let grid = Grid {
        side: SMALL,
        heads: sample_heads(),
        rows,
    };
    Ok(selection.figure(Figure {
        name: name.into(),
        title: title.into(),
        alt: format!(
            "Ten test digits, in the rows below them their reconstructions by {}, {} protocol",
            selection.names(),
            protocol.name()
        ),
        caption: format!("Test images 9705 to 9714. {}", reading(protocol)),
        notes: evaluation_faults(protocol, &selection.experiments),
        sources,
        drawing: grid.draw()?,
    }))
}

/// The indices of the ten samples in the test set.
pub fn sample_heads() -> Vec<String> {
    (FIRST_SAMPLE..FIRST_SAMPLE + SAMPLES)
        .map(|index| index.to_string())
        .collect()
}

/// The squared errors of the ten samples.
pub fn sample_errors(experiment: &Finished, protocol: Protocol) -> Vec<f64> {
    let evaluation = &experiment.evaluation;
    match protocol {
        Protocol::Assignment => {
            let samples = evaluation.assignment.samples.iter();
            samples.map(|sample| sample.squared_error).collect()
        }
        Protocol::Corrected => {
            let samples = evaluation.corrected.samples.iter();
            samples.map(|sample| sample.squared_error).collect()
        }
    }
}

/// The weights from the pixels to one hidden unit, an image for each experiment.
pub fn encoder_weights(
    selection: &Selection,
    unit: usize,
    name: &str,
    title: &str,
) -> Result<Block, Error> {
    if selection.is_empty() {
        return Ok(selection.absence(title));
    }
    let mut heads = Vec::new();
    let mut tiles = Vec::new();
    let mut sources = Vec::new();
    for experiment in &selection.experiments {
        let filters = experiment.pictures(arrays::ENCODER_FILTERS, FILTERS)?;
        heads.push(experiment.id().to_owned());
        tiles.push(tile(filters[unit].normalised(), ""));
        sources.push(experiment.array_source(arrays::ENCODER_FILTERS));
    }
    let grid = Grid {
        side: LARGE,
        heads,
        rows: vec![Row::new("", tiles)],
    };
    Ok(selection.figure(Figure {
        name: name.into(),
        title: title.into(),
        alt: format!(
            "Weights from the 784 pixels to hidden unit {unit} of {}",
            selection.names()
        ),
        caption: format!(
            "The weights from the pixels to hidden unit {unit}. Each image by itself: black is \
             its smallest weight, white its largest."
        ),
        notes: Vec::new(),
        sources,
        drawing: grid.draw()?,
    }))
}

/// Images without captions, eight in a row.
pub fn eight_wide(images: Vec<Gray>, side: u32) -> Grid {
    let mut images = images.into_iter().map(|image| tile(image, "")).peekable();
    let mut rows = Vec::new();
    while images.peek().is_some() {
        rows.push(Row::new("", images.by_ref().take(8)));
    }
    Grid {
        side,
        heads: Vec::new(),
        rows,
    }
}

/// The heading over the figures of a protocol.
pub fn heading(protocol: Protocol) -> Block {
    Block::heading(match protocol {
        Protocol::Assignment => "As the notebook evaluated: assignment protocol",
        Protocol::Corrected => "The same models, corrected protocol",
    })
}
