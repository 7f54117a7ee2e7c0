//! Part 6: convolutional autoencoders.

use experiment::{NotebookError, Protocol, SAMPLE_COUNT, arrays};

use super::shared::{
    codes,
    figures::{self, SMALL},
    losses, part, tables,
};
use crate::{
    drawing::{Grid, Picture},
    error::Error,
    format::or_none,
    report::{Block, Columns, Figure, Section, Selection},
    run::{ExperimentResults, Run, SeedResults},
};

/// The models, and those of their decoder layers that have weights.
const MODELS: [(&str, &[usize]); 3] = [
    ("conv-ae-unpool", &[2, 3]),
    ("conv-ae-deconv", &[1, 2, 3]),
    ("conv-ae-deconv-unpool", &[1, 2, 3]),
];

/// The part, with what the notebook concluded in it.
pub fn section(run: &Run, conclusions: Option<Block>) -> Result<Section, Error> {
    let all = Selection::new(run, &MODELS.map(|(id, _)| id));
    let mut blocks = part::head(
        &all,
        "part-6-layers",
        &[
            (
                "What it is",
                "A convolution slides a small window of weights over the image, so that a stroke is found \
                 wherever it is. The encoder halves the image three times, by the maximum of each square \
                 of 2 x 2. The three models differ in how the decoder doubles it again: unpooling and \
                 convolution, transposed convolution (deconvolution), or unpooling and deconvolution.",
            ),
            (
                "Why",
                "Unpooling puts each number back where the maximum was, which the encoder tells it: \
                 besides the 144 numbers of the code, the decoder receives these positions. Pure \
                 deconvolution has only the code, and has to learn where things go.",
            ),
            (
                "What to look for",
                "Which decoder has the smaller error, and which image looks smoother: unpooling may leave a \
                 grid of dots. The filters of the decoder are small pieces of strokes and edges.",
            ),
        ],
    )?;
    let title = "The three decoders";
    blocks.push(figures::samples(
        &all,
        Protocol::Corrected,
        "part-6-samples",
        title,
    )?);
    let mut filters = Vec::new();
    for (id, layers) in MODELS {
        for &layer in layers {
            filters.push(decoder_filters(run, id, layer)?);
        }
    }
    let loss = losses::by_iteration(&all, "part-6-loss", "Loss of the three models")?;
    blocks.push(Block::Side {
        blocks: [loss].into_iter().chain(conclusions).collect(),
    });
    blocks.push(Block::fold(
        "The weights of the decoders",
        vec![Block::Side { blocks: filters }],
    ));
    blocks.push(part::as_the_notebook(vec![
        figures::samples(&all, Protocol::Assignment, "part-6-samples", title)?,
        signed_errors(&all),
    ]));
    blocks.push(Block::fold(
        "The code space",
        codes::figures(&all, "part-6")?,
    ));
    blocks.push(part::numbers(vec![
        tables::settings(&all),
        losses::table(&all),
        tables::scores(&all),
    ]));
    Ok(Section {
        id: "part-6",
        title: "Part 6: convolutional autoencoders",
        text: String::new(),
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
    let caption = "Squared: the notebook's squared error. Signed: what the notebook called the reconstruction error, computed here and as \
                   it was printed.";
    let table = columns.table("Ten samples, assignment protocol", caption, 0..SAMPLE_COUNT);
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
