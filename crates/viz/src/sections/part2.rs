//! Part 2: the standard autoencoder with one hidden layer.

use experiment::{Protocol, SAMPLE_5, SAMPLE_COUNT, Scores, arrays};

use super::shared::{
    codes,
    figures::{FILTERS, LARGE, SMALL, dead_filters, reading},
    losses, part, tables,
};
use crate::{
    drawing::{Grid, Picture, Row, Tile},
    error::Error,
    format::or_none,
    report::{Block, Columns, Figure, Section, Selection},
    run::{NotebookResults, Run, SeedResults},
};

/// The part, with what the notebook concluded in it.
pub fn section(run: &Run, conclusions: Option<Block>) -> Result<Section, Error> {
    let all = Selection::new(
        run,
        &["standard-ae-64", "standard-ae-128", "standard-ae-256"],
    );
    let mut blocks = part::head(
        &all,
        "part-2-layers",
        &[
            (
                "What it is",
                "One hidden layer of 64, 128 or 256 units between the 784 pixels and their \
                 reconstruction, with a ReLU after both layers.",
            ),
            (
                "Why",
                "The wider the hidden layer, the less has to be left out. Nothing but its width keeps the \
                 network from copying, so it is tested with what it was not trained on: a garment and \
                 pure noise.",
            ),
            (
                "What to look for",
                "Whether the error falls with the width, on the garment too. On noise all fail, and the border \
                 stays dark, since no digit has ink there. The filters, the weights from the pixels to a \
                 hidden unit, look like pieces of strokes.",
            ),
        ],
    )?;
    let strips = |protocol| {
        let strips = SUBJECTS
            .iter()
            .map(|subject| strip(&all, protocol, subject));
        strips.collect::<Result<Vec<_>, _>>()
    };
    blocks.push(Block::Side {
        blocks: strips(Protocol::Corrected)?,
    });
    let figures = [
        losses::by_iteration(&all, "part-2-loss", "Loss of the three models")?,
        filters(run)?,
    ];
    blocks.push(Block::Side {
        blocks: figures.into_iter().chain(conclusions).collect(),
    });
    let mut notebook = vec![Block::Side {
        blocks: strips(Protocol::Assignment)?,
    }];
    notebook.extend(SUBJECTS.iter().map(|subject| comparison(&all, subject)));
    blocks.push(part::as_the_notebook(notebook));
    blocks.push(Block::fold(
        "The code space",
        codes::figures(&all, "part-2")?,
    ));
    blocks.push(part::numbers(vec![
        tables::settings(&all),
        losses::table(&all),
        tables::scores(&all),
    ]));
    Ok(Section {
        id: "part-2",
        title: "Part 2: standard autoencoder with one hidden layer",
        text: String::new(),
        blocks,
    })
}

/// An image that all three models reconstruct.
struct Subject {
    name: &'static str,
    description: &'static str,
    /// The array of the original, in `inputs/`.
    input: &'static str,
    /// The array of the reconstruction.
    output: fn(Protocol) -> String,
    /// Index of the image in both arrays.
    index: usize,
    /// The number of images in both arrays.
    count: usize,
    /// The error that the notebook computed.
    error: fn(&SeedResults) -> Option<f64>,
    /// The error that the notebook printed.
    printed: fn(&NotebookResults) -> Option<f64>,
    /// What that error is.
    measure: &'static str,
    /// All scores under the corrected protocol.
    scores: fn(&SeedResults) -> Option<Scores>,
}

const SQUARED_ERROR: &str = "the notebook's squared error";

const SUBJECTS: [Subject; 3] = [
    Subject {
        name: "sample-5",
        description: "Sample 5 (test image 9710)",
        input: arrays::SAMPLES,
        output: arrays::samples,
        index: SAMPLE_5,
        count: SAMPLE_COUNT,
        error: |seed| Some(seed.assignment()?.samples[SAMPLE_5].squared_error),
        printed: |notebook| notebook.sample_5,
        measure: SQUARED_ERROR,
        scores: |seed| Some(seed.evaluation.corrected.samples[SAMPLE_5].scores),
    },
    Subject {
        name: "fashion",
        description: "A garment (Fashion-MNIST test image 10)",
        input: arrays::FASHION,
        output: arrays::fashion,
        index: 0,
        count: 1,
        error: |seed| Some(seed.assignment()?.fashion_mse),
        printed: |notebook| notebook.fashion_mse,
        measure: "the mean squared error, x from 0 to 255",
        scores: |seed| seed.evaluation.corrected.fashion,
    },
    Subject {
        name: "random",
        description: "The random image",
        input: arrays::RANDOM,
        output: arrays::random,
        index: 0,
        count: 1,
        error: |seed| Some(seed.assignment()?.random_squared_error),
        printed: |_| None,
        measure: SQUARED_ERROR,
        scores: |seed| Some(seed.evaluation.corrected.random),
    },
];

/// The original and its reconstructions side by side.
fn strip(all: &Selection, protocol: Protocol, subject: &Subject) -> Result<Block, Error> {
    let protocol_name = protocol.name();
    let title = format!("{}, {protocol_name} protocol", subject.description);
    if all.is_empty() {
        return Ok(all.placeholder(&title));
    }
    let originals = all.run.input(subject.input, subject.count)?;
    let array = (subject.output)(protocol);
    let mut column_titles = vec!["original".to_owned()];
    let mut tiles = vec![Tile::of(&originals[subject.index], 255.0)];
    let mut sources = vec![all.run.input_source(subject.input)];
    for experiment in all.first_seeds() {
        let images = experiment.pictures(&array, subject.count)?;
        let error = match protocol {
            Protocol::Assignment => (subject.error)(experiment),
            Protocol::Corrected => (subject.scores)(experiment).map(|scores| scores.sse),
        };
        column_titles.push(experiment.id().into());
        tiles.push(Tile::new(
            Picture::clipped(&images[subject.index], protocol.max_pixel()),
            or_none(error, 2),
        ));
        sources.push(experiment.array_source(&array));
        sources.push(experiment.source("evaluation.json"));
    }
    let grid = Grid {
        side: LARGE,
        column_titles,
        rows: vec![Row::new("", tiles)],
    };
    Ok(all.images(Figure {
        name: format!("part-2-{}-{protocol_name}", subject.name),
        alt: format!(
            "{} and its reconstructions by {}, {protocol_name} protocol",
            subject.description,
            all.names()
        ),
        title,
        caption: match protocol {
            Protocol::Assignment => format!("Below each reconstruction: {}.", subject.measure),
            Protocol::Corrected => reading(protocol).into(),
        },
        notes: Vec::new(),
        sources,
        drawing: grid.draw()?,
    }))
}

/// The errors of one image under both protocols, beside the notebook's.
fn comparison(all: &Selection, subject: &Subject) -> Block {
    let columns = Columns::of_experiments()
        .means("assignment", 4, subject.error)
        .numbers("notebook", |e| or_none((subject.printed)(e.printed()), 4));
    let columns = tables::with_scores(columns, |e| e, |_, seed| (subject.scores)(seed));
    let title = format!("{}, both protocols", subject.description);
    let caption = format!(
        "Assignment: {}; beside it what the notebook printed. The other columns: corrected protocol.",
        subject.measure,
    );
    let table = columns.table(&title, caption, all.rows());
    all.table("evaluation.json", table)
}

/// All 64 encoder filters of the smallest model.
fn filters(run: &Run) -> Result<Block, Error> {
    let one = Selection::new(run, &["standard-ae-64"]);
    let title = "The 64 encoder filters of standard-ae-64";
    let Some(experiment) = one.first_seeds().next() else {
        return Ok(one.placeholder(title));
    };
    let filters = experiment.pictures(arrays::ENCODER_FILTERS, FILTERS)?;
    let mut grid = Grid::eight_wide(Picture::normalized_together(&filters), SMALL);
    let dead = experiment.dead_first_units()?;
    let tiles = grid
        .rows
        .iter_mut()
        .flat_map(|row| row.tiles.iter_mut().flatten());
    for (unit, tile) in tiles.enumerate() {
        if dead.contains(&unit) {
            tile.caption = "dead".into();
        }
    }
    Ok(one.images(Figure {
        name: "part-2-filters".into(),
        title: title.into(),
        alt: "64 images of weights from the 784 pixels to a hidden unit, in eight rows of eight"
            .into(),
        caption: "The weights from the pixels to each hidden unit, row by row. Black is the \
                  smallest weight of all 64 together, white the largest."
            .into(),
        notes: dead_filters(&one, 0..FILTERS)?.into_iter().collect(),
        sources: vec![experiment.array_source(arrays::ENCODER_FILTERS)],
        drawing: grid.draw()?,
    }))
}
