//! Part 6: convolutional autoencoders.

use experiment::{NotebookError, Protocol, SAMPLE_COUNT, arrays};

use super::shared::{
    figures::{self, SMALL},
    losses, tables,
};
use crate::{
    drawing::{Grid, Picture},
    error::Error,
    format::or_none,
    report::{Block, Columns, Figure, Section, Selection, evaluation_faults},
    run::{ExperimentResults, Run, SeedResults},
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
            "part-6-samples",
            "The three decoders",
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
    fn sample(seed: &SeedResults, index: usize) -> Option<&NotebookError> {
        seed.assignment()?.samples.get(index)
    }
    let printed = |e: &ExperimentResults, index| {
        let errors = e.printed().signed_error.as_ref()?;
        errors.get(index).copied()
    };
    let mut columns = Columns::new().numbers("test image", figures::sample_title);
    for e in all.rows() {
        columns = columns
            .numbers(format!("{}: squared", e.id()), move |index| {
                e.number(4, |seed| Some(sample(seed, index)?.squared_error))
            })
            .numbers("signed", move |index| {
                e.number(4, |seed| sample(seed, index)?.signed_error)
            })
            .numbers("notebook, signed", move |index| {
                or_none(printed(e, index), 4)
            });
    }
    let caption = "Squared: the sum over the 784 pixels of ((x − x̂) / 255)², x from 0 to 255. \
                   Signed: what the notebook called the reconstruction error, computed here and as \
                   it was printed.";
    let mut table = columns.table("Ten samples, assignment protocol", caption, 0..SAMPLE_COUNT);
    table.notes = evaluation_faults(Protocol::Assignment, &all.experiments);
    all.table("evaluation.json", table)
}

/// Channel 0 of each filter of a decoder layer.
fn decoder_filters(run: &Run, id: &str, layer: usize) -> Result<Block, Error> {
    let one = Selection::new(run, &[id]);
    let title = format!("{id}: decoder layer {layer}");
    let Some(experiment) = one.first_seeds().next() else {
        return Ok(one.placeholder(&title));
    };
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
        drawing: Grid::eight_wide(Picture::normalized_together(&filters), SMALL).draw()?,
    }))
}
