//! Part 5: manifold learning.

use experiment::{
    CODE_NOISE_FIGURE_IMAGES, CODE_NOISE_LEVELS, CODE_NOISE_MEASURED, CodeNoise, IMAGE_SIDE,
    SAMPLE_COUNT, arrays,
};

use super::shared::{
    figures::{LARGE, SMALL},
    losses, tables,
};
use crate::{
    drawing::{Gray, Grid, Row, Tile},
    error::Error,
    format::{decimals, or_none},
    report::{Block, Column, Figure, Section, Selection, Table},
    run::{Run, SeedResults, Source},
};

pub fn section(run: &Run) -> Result<Section, Error> {
    let one = Selection::new(run, &["manifold-ae"]);
    let blocks = vec![
        tables::settings(&one),
        Block::heading("Noise on the input"),
        noisy_images(run)?,
        Block::heading("Training"),
        losses::by_iteration(&one, "part-5-loss", "Loss of manifold-ae")?,
        last_batch(&one),
        Block::heading("Noise on the code"),
        code_noise(&one)?,
        code_noise_scores(&one),
        code_noise_measures(&one),
        tables::scores(&one),
    ];
    Ok(Section {
        id: "part-5",
        title: "Part 5: manifold learning",
        text: "784-64-8-64-784 with a sigmoid on the output: a digit is described by 8 numbers. \
               Noise is added to the pixels, and then to these 8 numbers, with pixels from 0 to 1 \
               (corrected protocol)."
            .into(),
        blocks,
    })
}

/// The first ten test images, clean and noisy.
fn noisy_images(run: &Run) -> Result<Block, Error> {
    let title = "Noise on the first ten test images";
    let names = [arrays::FIRST_IMAGES, arrays::FIRST_IMAGES_NOISY];
    if !names.iter().all(|name| run.has_input(name)) {
        return Ok(Block::Missing {
            title: title.into(),
            reason: "The run folder does not hold these images yet.".into(),
        });
    }
    let [clean, noisy] = [
        run.input(names[0], SAMPLE_COUNT)?,
        run.input(names[1], SAMPLE_COUNT)?,
    ];
    let grid = Grid {
        side: SMALL,
        column_titles: (0..SAMPLE_COUNT).map(|index| index.to_string()).collect(),
        rows: vec![
            Row::new(
                "clean",
                clean
                    .iter()
                    .map(|image| Tile::plain(Gray::clipped(image, 255.0))),
            ),
            Row::new(
                "noisy",
                noisy
                    .iter()
                    .map(|image| Tile::plain(Gray::clipped(image, 1.0))),
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
        sources: names.map(Source::input).into(),
        drawing: grid.draw()?,
    }))
}

/// The loss of the last batch of the last epoch, which is what the notebook printed.
fn last_batch(one: &Selection) -> Block {
    let rows = one.experiments.iter().map(|experiment| {
        let epochs = experiment.first().epoch_losses().len();
        let printed = &experiment.printed().last_batch_loss;
        let notebook = printed.as_ref().and_then(|losses| losses.last().copied());
        vec![
            experiment.id().into(),
            epochs.to_string().into(),
            experiment.number(4, SeedResults::last_loss).into(),
            experiment.number(4, SeedResults::last_batch_loss).into(),
            or_none(notebook, 4).into(),
            losses::ratio(experiment.mean_std(SeedResults::last_batch_loss), notebook).into(),
        ]
    });
    one.table(Table {
        title: "Training loss".into(),
        caption: "The notebook printed the loss of an epoch's last batch, not the epoch's mean; \
                  the ratio is of the last batches. The loss of a single batch fluctuates."
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
    let title = "Increasing noise on the code";
    let Some(experiment) = one.experiments.first() else {
        return Ok(one.placeholder(title));
    };
    let experiment = experiment.first();
    let originals = one.run.input(arrays::FIRST_IMAGES, SAMPLE_COUNT)?;
    let variants = 1 + CODE_NOISE_LEVELS.len();
    let images = experiment.images(
        arrays::CODE_NOISE,
        &[
            Some(CODE_NOISE_FIGURE_IMAGES),
            Some(variants),
            Some(IMAGE_SIDE),
            Some(IMAGE_SIDE),
        ],
    )?;
    let mut column_titles = vec!["original".to_owned(), "reconstruction".to_owned()];
    column_titles.extend(CODE_NOISE_LEVELS.map(|level| format!("s = {level}")));
    let digits = originals.iter().zip(images.chunks(variants)).enumerate();
    let rows = digits.map(|(index, (original, variants))| {
        let mut tiles = vec![Tile::plain(Gray::clipped(original, 255.0))];
        tiles.extend(variants.iter().map(|image| {
            let error = original.squared_error(image, 255.0);
            Tile::new(Gray::clipped(image, 1.0), decimals(error, 2))
        }));
        Row::new(&format!("test image {index}"), tiles)
    });
    let grid = Grid {
        side: LARGE,
        column_titles,
        rows: rows.collect(),
    };
    Ok(one.images(Figure {
        name: "part-5-code-noise".into(),
        title: title.into(),
        alt: "Two test digits, their reconstructions, and reconstructions from codes with noise \
              of four strengths"
            .into(),
        caption: "From left to right: the original, its reconstruction, and the reconstruction \
                  from the code with s N(0, 1) added to each of its 8 numbers. Below each: the \
                  squared error summed over the 784 pixels, x from 0 to 1."
            .into(),
        notes: Vec::new(),
        sources: vec![
            Source::input(arrays::FIRST_IMAGES),
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
        for image in 0..CODE_NOISE_FIGURE_IMAGES {
            for (index, level) in CODE_NOISE_LEVELS.iter().enumerate() {
                let mut row = vec![image.to_string().into(), level.to_string().into()];
                row.extend(tables::score_cells(experiment, |seed| {
                    seed.evaluation.corrected.code_noise[image][index]
                }));
                rows.push(row);
            }
        }
    }
    one.table(Table {
        title: "Reconstructions from noisy codes".into(),
        caption: format!("Against the clean image. {}", tables::score_meanings()),
        columns,
        rows,
        notes: Vec::new(),
        sources: one.sources("evaluation.json"),
    })
}

/// The effect of noise on the code, over many draws.
fn code_noise_measures(one: &Selection) -> Block {
    let mut rows = Vec::new();
    for experiment in &one.experiments {
        for (index, level) in CODE_NOISE_MEASURED.iter().enumerate() {
            let number = |places, value: fn(&CodeNoise) -> f64| {
                experiment.number(places, |seed| {
                    Some(value(&seed.evaluation.measures.code_noise[index]))
                })
            };
            rows.push(vec![
                level.to_string().into(),
                number(4, |noise| noise.sse).into(),
                number(3, |noise| noise.nn_accuracy).into(),
                number(4, |noise| noise.variance).into(),
            ]);
        }
    }
    one.table(Table {
        title: "Noise on the code, over 64 draws for each of the first 100 test images".into(),
        caption: "SSE: squared error summed over the 784 pixels, x from 0 to 1. Recognized: share \
                  of the reconstructions whose nearest image by squared error, among the first \
                  2,000 training images, has the digit's label. Variance: of a pixel over the \
                  draws, averaged over pixels and images."
            .into(),
        columns: ["s", "SSE", "recognized", "variance"]
            .map(Column::numbers)
            .into(),
        rows,
        notes: Vec::new(),
        sources: one.sources("evaluation.json"),
    })
}
