//! Part 3: the sparse autoencoder.

use experiment::{Protocol, SAMPLE_COUNT, arrays};

use super::shared::{figures, losses, tables};
use crate::{
    drawing::{Grid, Picture, Row, Tile},
    error::Error,
    report::{Block, Figure, Section, Selection, evaluation_faults},
    run::Run,
};

/// Side of the activations as drawn: a whole multiple of 34, the side of the sparse models' code.
const SIDE: u32 = 68;

pub fn section(run: &Run) -> Result<Section, Error> {
    let sparse_ids = ["sparse-ae-1e-6", "sparse-ae-1e-5", "sparse-ae-1e-4"];
    let sparse = Selection::new(run, &sparse_ids);
    let with_standard = Selection::new(run, &[&["standard-ae-256"], &sparse_ids[..]].concat());
    let mut blocks = vec![
        tables::settings(&sparse),
        Block::heading("Training"),
        losses::by_epoch(&sparse, "part-3-loss", "Mean loss of each epoch")?,
        losses::table(&sparse),
    ];
    for protocol in Protocol::ALL {
        blocks.push(figures::heading(protocol));
        blocks.push(figures::samples(
            &sparse,
            protocol,
            "part-3-samples",
            "The three sparsity weights",
        )?);
        blocks.push(activations(&with_standard, protocol)?);
        blocks.push(match protocol {
            Protocol::Assignment => tables::sample_comparison(&sparse),
            Protocol::Corrected => tables::scores(&with_standard),
        });
    }
    blocks.push(Block::heading("Weights"));
    for unit in [0, 6] {
        blocks.push(figures::encoder_weights(
            &with_standard,
            unit,
            &format!("part-3-weights-unit-{unit}"),
            &format!("Encoder weights of hidden unit {unit}"),
        )?);
    }
    Ok(Section {
        id: "part-3",
        title: "Part 3: sparse autoencoder",
        text: "784-1156-784, more hidden units than pixels, with a penalty on the activations. \
               With the weights 1e-5 and 1e-4 the penalty is so strong that every hidden unit may \
               die. The output is then the same image for every input, which the notebook did not \
               notice. Where that happened here, the figures say CONSTANT OUTPUT."
            .into(),
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
        notes: evaluation_faults(protocol, &all.experiments),
        sources,
        drawing: grid.draw()?,
    }))
}
