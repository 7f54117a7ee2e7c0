//! Part 6: convolutional autoencoders.

use experiment::{Protocol, arrays};

use super::shared::{
    figures::{self, SMALL},
    losses, tables,
};
use crate::{
    drawing::{Gray, Grid},
    error::Error,
    format::or_none,
    report::{Block, Column, Figure, Section, Selection, Table, evaluation_faults},
    run::{Run, SeedResults},
};

/// The models, and those of their decoder layers that have weights.
const MODELS: [(&str, &[usize]); 3] = [
    ("conv-ae-unpool", &[2, 3]),
    ("conv-ae-deconv", &[1, 2, 3]),
    ("conv-ae-deconv-unpool", &[1, 2, 3]),
];

pub fn section(run: &Run) -> Result<Section, Error> {
    let all = Selection::new(run, &MODELS.map(|(id, _)| id));
    let mut blocks = vec![
        tables::settings(&all),
        Block::heading("Training"),
        losses::by_iteration(&all, "part-6-loss", "Loss of the three models")?,
        losses::table(&all),
    ];
    for protocol in Protocol::ALL {
        blocks.push(figures::heading(protocol));
        blocks.push(figures::samples(
            &all,
            protocol,
            &format!("part-6-samples-{}", protocol.name()),
            &format!("The three decoders, {} protocol", protocol.name()),
        )?);
        blocks.push(match protocol {
            Protocol::Assignment => signed_errors(&all),
            Protocol::Corrected => tables::scores(&all),
        });
    }
    blocks.push(Block::heading("Weights"));
    for (id, layers) in MODELS {
        for &layer in layers {
            blocks.push(decoder_filters(run, id, layer)?);
        }
    }
    Ok(Section {
        id: "part-6",
        title: "Part 6: convolutional autoencoders",
        text: "One encoder, 28x28x1 to 14x14x8 to 7x7x16 to 3x3x16, with three decoders: \
               max-unpooling and convolution, transposed convolution, and max-unpooling with \
               transposed convolution. Besides the 144 numbers of the code, max-unpooling receives \
               the position of each maximum from the encoder; pure deconvolution has only the code."
            .into(),
        blocks,
    })
}

/// The notebook's signed error of the ten samples beside the squared error.
fn signed_errors(all: &Selection) -> Block {
    let mut columns = vec![Column::numbers("test image")];
    for experiment in &all.experiments {
        columns.push(Column::numbers(format!("{}: squared", experiment.id())));
        columns.push(Column::numbers("signed"));
        columns.push(Column::numbers("notebook, signed"));
    }
    let rows = figures::sample_titles()
        .into_iter()
        .enumerate()
        .map(|(index, title)| {
            let mut row = vec![title.into()];
            for experiment in &all.experiments {
                let notebook = experiment
                    .printed()
                    .signed_error
                    .as_ref()
                    .and_then(|errors| errors.get(index).copied());
                let sample = |seed: &SeedResults| seed.evaluation.assignment.samples[index].clone();
                let squared = experiment.number(4, |seed| Some(sample(seed).squared_error));
                let signed = experiment.number(4, |seed| sample(seed).signed_error);
                row.extend([squared.into(), signed.into()]);
                row.push(or_none(notebook, 4).into());
            }
            row
        });
    let notes = evaluation_faults(Protocol::Assignment, &all.experiments);
    all.table(Table {
        title: "Ten samples, assignment protocol".into(),
        caption: "Squared: the sum over the 784 pixels of ((x − x̂) / 255)², x from 0 to 255. \
                  Signed: what the notebook called the reconstruction error, computed here and as \
                  it was printed."
            .into(),
        columns,
        rows: rows.collect(),
        notes,
        sources: all.sources("evaluation.json"),
    })
}

/// Channel 0 of each filter of a decoder layer.
fn decoder_filters(run: &Run, id: &str, layer: usize) -> Result<Block, Error> {
    let one = Selection::new(run, &[id]);
    let title = format!("{id}: decoder layer {layer}");
    let Some(experiment) = one.experiments.first() else {
        return Ok(one.placeholder(&title));
    };
    let experiment = experiment.first();
    let array = arrays::decoder_filters(layer);
    let filters = experiment.images(&array, &[None, None, None])?;
    Ok(one.images(Figure {
        name: format!("part-6-{id}-layer-{layer}"),
        alt: format!(
            "The filters of decoder layer {layer} of {id}: {}",
            filters.len()
        ),
        title,
        caption: "Channel 0 of each filter, eight in a row. Black is the smallest weight of all \
                  of them together, white the largest."
            .into(),
        notes: Vec::new(),
        sources: vec![experiment.array_source(&array)],
        drawing: Grid::eight_wide(Gray::normalized_together(&filters), SMALL).draw()?,
    }))
}
