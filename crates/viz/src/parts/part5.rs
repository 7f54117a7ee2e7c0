use experiment::{CODE_NOISE_LEVELS, IMAGE_SIDE, SAMPLES, arrays};

use super::{
    figures::{self, LARGE, SMALL, tile},
    tables,
};
use crate::{
    Error,
    grid::{Grid, Row},
    notebook::printed,
    numbers::{decimals, or_none},
    report::{Block, Column, Conclusions, Figure, Section, Table},
    run::{Run, input_source},
    selection::Selection,
};

pub fn section(run: &Run) -> Result<Section, Error> {
    let one = Selection::new(run, &["manifold-ae"]);
    let blocks = vec![
        tables::settings(&one),
        Block::heading("Noise on the input"),
        noisy_images(run)?,
        Block::heading("Training"),
        figures::loss_by_iteration(&one, "part-5-loss", "Loss of manifold-ae")?,
        last_batch(&one),
        Block::heading("Noise on the code"),
        code_noise(&one)?,
        code_noise_scores(&one),
        tables::scores(&one),
    ];
    Ok(Section {
        id: "part-5",
        title: "Part 5: manifold learning",
        text: "784-64-8-64-784 with a sigmoid on the output: a digit is described by 8 numbers. \
               Noise is added to the pixels, and then to these 8 numbers: at the scale of 0 to 1, \
               which is the corrected protocol.",
        blocks,
        concluded: Some(Conclusions::new(&[
            "Random noise on the pixels breaks the structure of a digit.",
            "Reconstructions get worse as the noise s on the code grows: recognisable at low \
             levels (0.5 to 2), distorted from 5 on, random-looking above 7.",
            "At s from 8 to 10 the outputs for one digit vary greatly.",
        ])),
    })
}

/// The first ten test images, clean and noisy.
fn noisy_images(run: &Run) -> Result<Block, Error> {
    let title = "Noise on the first ten test images";
    let names = [arrays::FIRST_IMAGES, arrays::FIRST_IMAGES_NOISY];
    if !names.iter().all(|name| run.has_input(name)) {
        return Ok(Block::Absent {
            title: title.into(),
            reason: "The run folder does not hold these images yet.".into(),
        });
    }
    let [clean, noisy] = [run.input(names[0], SAMPLES)?, run.input(names[1], SAMPLES)?];
    let grid = Grid {
        side: SMALL,
        heads: (0..SAMPLES).map(|index| index.to_string()).collect(),
        rows: vec![
            Row::new(
                "clean",
                clean.iter().map(|image| tile(image.clipped(255.0), "")),
            ),
            Row::new(
                "noisy",
                noisy.iter().map(|image| tile(image.clipped(1.0), "")),
            ),
        ],
    };
    Ok(Block::Figure(Figure {
        name: "part-5-noisy-images".into(),
        title: title.into(),
        alt: "Ten test digits, and below them the same digits with noise".into(),
        caption: "Test images 0 to 9 as they are, and with 0.5 N(0, 1) added to pixels of 0 to 1, \
                  clipped to that range."
            .into(),
        notes: Vec::new(),
        sources: names.map(input_source).into(),
        drawing: grid.draw()?,
    }))
}

/// The loss of the last batch of the last epoch, which is what the notebook printed.
fn last_batch(one: &Selection) -> Block {
    let rows = one.experiments.iter().map(|experiment| {
        let losses = experiment.epoch_losses();
        let last = experiment.last_batch_loss();
        let printed = &printed(experiment.id()).last_batch_loss;
        let notebook = printed.as_ref().and_then(|losses| losses.last().copied());
        vec![
            experiment.id().into(),
            losses.len().to_string().into(),
            or_none(losses.last().copied(), 4).into(),
            or_none(last, 4).into(),
            or_none(notebook, 4).into(),
            tables::ratio(last, notebook).into(),
        ]
    });
    one.table(Table {
        title: "Training loss".into(),
        caption: "The notebook printed the loss of an epoch's last batch, not the epoch's mean; \
                  the ratio is of the last batches. One batch's loss goes up and down by chance."
            .into(),
        columns: vec![
            Column::words("experiment"),
            Column::numbers("epochs"),
            Column::numbers("mean of the last epoch"),
            Column::numbers("last batch"),
            Column::numbers("notebook's last batch"),
            Column::numbers("ratio"),
        ],
        rows: rows.collect(),
        notes: Vec::new(),
        sources: one.sources("metrics.jsonl"),
    })
}

/// The first two test images, reconstructed from their code and from noisy codes.
fn code_noise(one: &Selection) -> Result<Block, Error> {
    let title = "Noise of growing strength on the code";
    let Some(experiment) = one.experiments.first() else {
        return Ok(one.absence(title));
    };
    let originals = one.run.input(arrays::FIRST_IMAGES, SAMPLES)?;
    let variants = 1 + CODE_NOISE_LEVELS.len();
    let images = experiment.images(
        arrays::CODE_NOISE,
        &[Some(2), Some(variants), Some(IMAGE_SIDE), Some(IMAGE_SIDE)],
    )?;
    let mut heads = vec!["original".to_owned(), "reconstruction".to_owned()];
    heads.extend(CODE_NOISE_LEVELS.map(|level| format!("s = {level}")));
    let rows = originals.iter().zip(images.chunks(variants)).enumerate();
    let rows = rows.map(|(index, (original, variants))| {
        let mut tiles = vec![tile(original.clipped(255.0), "")];
        tiles.extend(variants.iter().map(|image| {
            let error = original.squared_error(image, 255.0);
            tile(image.clipped(1.0), decimals(error, 2))
        }));
        Row::new(&format!("test image {index}"), tiles)
    });
    let grid = Grid {
        side: LARGE,
        heads,
        rows: rows.collect(),
    };
    Ok(one.figure(Figure {
        name: "part-5-code-noise".into(),
        title: title.into(),
        alt: "Two test digits, their reconstructions, and reconstructions from codes with noise \
              of four strengths"
            .into(),
        caption: "From left to right: the original, its reconstruction, and the reconstruction \
                  from the code with s N(0, 1) added to each of its 8 numbers. Under each: the \
                  squared error summed over the 784 pixels, x from 0 to 1."
            .into(),
        notes: Vec::new(),
        sources: vec![
            input_source(arrays::FIRST_IMAGES),
            experiment.array_source(arrays::CODE_NOISE),
        ],
        drawing: grid.draw()?,
    }))
}

/// The scores of the reconstructions from noisy codes.
fn code_noise_scores(one: &Selection) -> Block {
    let mut columns = vec![Column::numbers("test image"), Column::numbers("s")];
    columns.extend(tables::score_columns());
    let mut rows = Vec::new();
    for experiment in &one.experiments {
        for (image, scores) in experiment
            .evaluation
            .corrected
            .code_noise
            .iter()
            .enumerate()
        {
            for (level, scores) in CODE_NOISE_LEVELS.iter().zip(scores) {
                let mut row = vec![image.to_string().into(), level.to_string().into()];
                row.extend(tables::score_cells(scores));
                rows.push(row);
            }
        }
    }
    one.table(Table {
        title: "Reconstructions from noisy codes".into(),
        caption: format!("Against the clean image. {}", tables::SCORES),
        columns,
        rows,
        notes: Vec::new(),
        sources: one.sources("evaluation.json"),
    })
}
