//! Part 3: the sparse autoencoder.

use experiment::{Protocol, SAMPLE_COUNT, arrays};

use super::shared::{codes, figures, losses, part, tables};
use crate::{
    drawing::{Grid, Picture, Row, Tile},
    error::Error,
    report::{Block, Figure, Section, Selection},
    run::Run,
};

/// Side of the activations as drawn: 34, the side of the sparse models' code.
const SIDE: u32 = 34;

/// The part, with what the notebook concluded in it.
pub fn section(run: &Run, conclusions: Option<Block>) -> Result<Section, Error> {
    let sparse_ids = ["sparse-ae-1e-6", "sparse-ae-1e-5", "sparse-ae-1e-4"];
    let sparse = Selection::new(run, &sparse_ids);
    let with_standard = Selection::new(run, &[&["standard-ae-256"], &sparse_ids[..]].concat());
    let mut blocks = part::head(
        &sparse,
        "part-3-layers",
        &[
            (
                "What it is",
                "More hidden units than pixels: 1156 for 784. Such a network could copy its input, unless \
                 something else is scarce. Here it is activity: each activation adds to the loss, with the \
                 weight in the model's name.",
            ),
            (
                "Why",
                "A unit that costs something is used only where it helps. With a good weight few units \
                 speak for each digit. With the weights 1e-5 and 1e-4 silence is cheaper than any \
                 reconstruction: every hidden unit may die, and the output is then the same image for \
                 every input, which the notebook did not notice. Where that happened here, a note \
                 says CONSTANT OUTPUT.",
            ),
            (
                "What to look for",
                "How many units are above 0 for each digit, and which model gives every digit the same \
                 gray cloud.",
            ),
        ],
    )?;
    let title = "The three sparsity weights";
    blocks.push(figures::samples(
        &sparse,
        Protocol::Corrected,
        "part-3-samples",
        title,
    )?);
    blocks.push(activations(&with_standard, Protocol::Corrected)?);
    let mut weights = Vec::new();
    for unit in [0, 6] {
        weights.push(figures::encoder_weights(
            &with_standard,
            unit,
            &format!("part-3-weights-unit-{unit}"),
            &format!("Encoder weights of hidden unit {unit}"),
        )?);
    }
    let loss = losses::by_epoch(&sparse, "part-3-loss", "Mean loss of each epoch")?;
    blocks.push(Block::Side {
        blocks: [loss].into_iter().chain(weights).collect(),
    });
    blocks.push(part::as_the_notebook(vec![
        figures::samples(&sparse, Protocol::Assignment, "part-3-samples", title)?,
        activations(&with_standard, Protocol::Assignment)?,
        tables::sample_comparison(&sparse),
    ]));
    blocks.push(Block::fold(
        "The code space",
        codes::figures(&sparse, "part-3")?,
    ));
    blocks.push(part::numbers(vec![
        tables::settings(&sparse),
        losses::table(&sparse),
        tables::scores(&with_standard),
    ]));
    blocks.extend(conclusions);
    Ok(Section {
        id: "part-3",
        title: "Part 3: sparse autoencoder",
        text: String::new(),
        blocks,
    })
}

/// The hidden activations of the ten samples, a row for each model.
fn activations(all: &Selection, protocol: Protocol) -> Result<Block, Error> {
    let title = format!(
        "Hidden activations of the ten samples, {} protocol",
        protocol.name()
    );
    if all.is_empty() {
        return Ok(all.placeholder(&title));
    }
    let originals = all.run.input(arrays::SAMPLES, SAMPLE_COUNT)?;
    let mut rows = vec![Row::of("original", &originals, 255.0)];
    let array = arrays::codes(protocol);
    let mut sources = vec![all.run.input_source(arrays::SAMPLES)];
    for experiment in all.first_seeds() {
        let codes = experiment.square_codes(&array)?;
        let tiles = codes.iter().map(|code| {
            let active = code.positive_values();
            Tile::new(Picture::up_to_maximum(code), active.to_string())
        });
        rows.push(Row::new(experiment.id(), tiles));
        sources.push(experiment.array_source(&array));
    }
    let grid = Grid {
        side: SIDE,
        column_titles: (0..SAMPLE_COUNT).map(figures::sample_title).collect(),
        rows,
    };
    Ok(all.images(Figure {
        name: format!("part-3-activations-{}", protocol.name()),
        alt: format!(
            "Ten test digits, and below them the hidden activations of {}",
            all.names()
        ),
        title,
        caption: "The hidden units as a square, 16 x 16 for standard-ae-256 and 34 x 34 for the \
                  sparse models. Each image is normalized by its own maximum: black is 0, white \
                  its largest activation, so brightness cannot be compared between images. Below \
                  each: the number of units above 0."
            .into(),
        notes: Vec::new(),
        sources,
        drawing: grid.draw()?,
    }))
}
