//! The figures that several parts have in common.

use experiment::{FIRST_SAMPLE, Protocol, SAMPLES, arrays};

use crate::{
    Error,
    drawing::grid::{Grid, Row, Tile},
    drawing::image::Gray,
    format::decimals,
    report::notes::evaluation_faults,
    report::page::{Block, Figure},
    report::selection::Selection,
    run::input_source,
    run::seed::Trained,
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
    for experiment in selection.experiments.iter().map(|e| e.first()) {
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
    Ok(selection.images(Figure {
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
pub fn sample_errors(experiment: &Trained, protocol: Protocol) -> Vec<f64> {
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
    for experiment in selection.experiments.iter().map(|e| e.first()) {
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
    Ok(selection.images(Figure {
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
