//! Figures of the ten samples and of encoder weights.

use std::ops::Range;

use experiment::{FIRST_SAMPLE, Protocol, SAMPLE_COUNT, arrays};

use crate::{
    drawing::{Grid, Picture, Row, Tile},
    error::Error,
    format::{decimals, join},
    report::{Block, Figure, Note, Selection, grouped},
};

/// Side of the images in figures of ten columns: twice a digit's.
pub const SMALL: u32 = 56;
/// Side of the images in figures of few columns: three times a digit's.
pub const LARGE: u32 = 84;
/// The number of encoder filters that a run folder keeps of a model with as many hidden units.
pub const FILTERS: usize = 64;

/// What the numbers below reconstructions are; the overview defines both errors.
pub fn reading(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Assignment => "Below each reconstruction: the notebook's squared error.",
        Protocol::Corrected => "Below each reconstruction: its squared error (SSE).",
    }
}

/// The ten test samples and their reconstructions, a row for each experiment. Name and title end in
/// the protocol's name.
pub fn samples(
    selection: &Selection,
    protocol: Protocol,
    name: &str,
    title: &str,
) -> Result<Block, Error> {
    let protocol_name = protocol.name();
    let title = format!("{title}, {protocol_name} protocol");
    if selection.is_empty() {
        return Ok(selection.placeholder(&title));
    }
    let originals = selection.run.input(arrays::SAMPLES, SAMPLE_COUNT)?;
    let mut rows = vec![Row::of("original", &originals, 255.0)];
    let array = arrays::samples(protocol);
    let mut sources = vec![selection.run.input_source(arrays::SAMPLES)];
    for experiment in selection.first_seeds() {
        let images = experiment.pictures(&array, SAMPLE_COUNT)?;
        let errors = experiment.evaluation.sample_errors(protocol);
        let tiles = images.iter().zip(errors).map(|(image, error)| {
            let image = Picture::clipped(image, protocol.max_pixel());
            Tile::new(image, decimals(error, 2))
        });
        let size = experiment.settings.method.code_size();
        let label = match experiment.live_code_units()? {
            Some(live) if live < size => format!("{}\n{live} of {size} live", experiment.id()),
            _ => experiment.id().to_owned(),
        };
        rows.push(Row::new(&label, tiles));
        sources.push(experiment.array_source(&array));
        sources.push(experiment.source("evaluation.json"));
    }
    let grid = Grid {
        side: SMALL,
        column_titles: (0..SAMPLE_COUNT).map(sample_title).collect(),
        rows,
    };
    Ok(selection.images(Figure {
        name: format!("{name}-{protocol_name}"),
        title,
        alt: format!(
            "Ten test digits, and below them their reconstructions by {}, {protocol_name} protocol",
            selection.names()
        ),
        caption: format!("Test images 9705 to 9714. {}", reading(protocol)),
        notes: Vec::new(),
        sources,
        drawing: grid.draw()?,
    }))
}

/// The side of an image of the shape [channels, rows, columns] in figures of ten columns: near
/// [`SMALL`], and a whole multiple of its rows if there are few.
pub fn side_of([_, rows, _]: [usize; 3]) -> u32 {
    let rows = rows.max(1) as u32;
    if rows > SMALL {
        64
    } else {
        rows * ((SMALL + rows / 2) / rows)
    }
}

/// A note that names the dead units among `units` whose filters are shown.
///
/// # Errors
/// An array that cannot be read or does not hold what it should.
pub fn dead_filters(selection: &Selection, units: Range<usize>) -> Result<Option<Note>, Error> {
    let mut dead = Vec::new();
    for seed in selection.first_seeds() {
        let mut found = seed.dead_first_units()?;
        found.retain(|unit| units.contains(unit));
        let what = match found.as_slice() {
            [] => continue,
            [one] => format!("unit {one} is dead: zero for every test image whose code is saved"),
            several => format!(
                "units {} are dead: zero for every test image whose code is saved",
                join(several, ", ")
            ),
        };
        dead.push((seed.id().to_owned(), what));
    }
    Ok(grouped(dead.into_iter()).map(|text| Note::new("Dead units", text)))
}

/// The index of one of the ten samples in the test set.
pub fn sample_title(sample: usize) -> String {
    (FIRST_SAMPLE + sample).to_string()
}

/// The weights from the pixels to one hidden unit, an image for each experiment.
pub fn encoder_weights(
    selection: &Selection,
    unit: usize,
    name: &str,
    title: &str,
) -> Result<Block, Error> {
    if selection.is_empty() {
        return Ok(selection.placeholder(title));
    }
    let mut tiles = Vec::new();
    for experiment in selection.first_seeds() {
        let filters = experiment.pictures(arrays::ENCODER_FILTERS, FILTERS)?;
        let is_dead = experiment.dead_first_units()?.contains(&unit);
        let caption = if is_dead { "dead" } else { "" };
        tiles.push(Tile::new(Picture::normalized(&filters[unit]), caption));
    }
    let of_dead = if tiles.iter().any(|tile| !tile.caption.is_empty()) {
        " A dead unit keeps the random weights that it began with: there is nothing to see in them."
    } else {
        ""
    };
    let sources = selection.first_seeds();
    let sources = sources.map(|seed| seed.array_source(arrays::ENCODER_FILTERS));
    let grid = Grid {
        side: LARGE,
        column_titles: selection
            .first_seeds()
            .map(|seed| seed.id().into())
            .collect(),
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
            "The weights from the pixels to hidden unit {unit}, which the notebook drew. In each image, \
             black is its smallest weight and white its largest.{of_dead}"
        ),
        notes: dead_filters(selection, unit..unit + 1)?
            .into_iter()
            .collect(),
        sources: sources.collect(),
        drawing: grid.draw()?,
    }))
}
