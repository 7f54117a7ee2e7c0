//! Part 5: manifold learning.

use experiment::{
    CODE_NOISE_FIGURE_IMAGES, CODE_NOISE_LEVELS, CODE_NOISE_MEASURED, CodeNoise, IMAGE_SIDE,
    SAMPLE_COUNT, arrays,
};

use super::shared::{
    codes,
    figures::{LARGE, SMALL},
    losses, part, tables,
};
use crate::{
    drawing::{Grid, Picture, Row, Tile},
    error::Error,
    format::{decimals, or_none},
    report::{Block, Columns, Figure, Section, Selection},
    run::{ExperimentResults, Run, SeedResults},
};

/// The part, with what the notebook concluded in it.
pub fn section(run: &Run, conclusions: Option<Block>) -> Result<Section, Error> {
    let one = Selection::new(run, &["manifold-ae"]);
    let mut blocks = part::head(
        &one,
        "part-5-layers",
        &[
            (
                "What it is",
                "A bottleneck of 8 numbers and a sigmoid on the output, 1 / (1 + exp(−x)), which gives \
                 every pixel a value between black and white and lets none die.",
            ),
            (
                "Why",
                "Of all images of 784 pixels, next to none is a digit. Those that are form a thin, curved \
                 surface, a manifold, on which one can walk in a few directions: slant, width, loops. The \
                 code is a map of it.",
            ),
            (
                "What to look for",
                "Noise on the pixels leaves the manifold: it breaks the digit. Noise on the code moves along \
                 it: a little gives the same digit in another hand, more gives another digit, and much \
                 leads to codes that no digit has. On the straight line between two codes, one digit \
                 turns into the other.",
            ),
        ],
    )?;
    let space = [
        codes::scatter(&one, "part-5-codes")?,
        codes::planes(&one, "part-5-plane")?,
        codes::interpolations(&one, "part-5-between")?,
    ];
    blocks.push(Block::Side {
        blocks: space.into_iter().flatten().collect(),
    });
    blocks.push(code_noise(&one)?);
    let figures = [
        noisy_images(run)?,
        losses::by_iteration(&one, "part-5-loss", "Loss of manifold-ae")?,
    ];
    blocks.push(Block::Side {
        blocks: figures.into_iter().chain(conclusions).collect(),
    });
    blocks.push(part::numbers(vec![
        tables::settings(&one),
        last_batch(&one),
        code_noise_scores(&one),
        code_noise_measures(&one),
        tables::scores(&one),
    ]));
    Ok(Section {
        id: "part-5",
        title: "Part 5: manifold learning",
        text: String::new(),
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
    let grid = Grid {
        side: SMALL,
        column_titles: (0..SAMPLE_COUNT).map(|index| index.to_string()).collect(),
        rows: vec![
            Row::of("clean", &run.input(names[0], SAMPLE_COUNT)?, 255.0),
            Row::of("noisy", &run.input(names[1], SAMPLE_COUNT)?, 1.0),
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
        sources: names.map(|name| run.input_source(name)).into(),
        drawing: grid.draw()?,
    }))
}

/// The loss of the last batch of the last epoch, which is what the notebook printed.
fn last_batch(one: &Selection) -> Block {
    let notebook = |e: &ExperimentResults| e.printed().last_batch_loss.as_ref()?.last().copied();
    let columns = Columns::of_experiments()
        .numbers("epochs", losses::epochs)
        .means("mean of the last epoch", 4, SeedResults::last_loss)
        .means("last batch", 4, SeedResults::last_batch_loss)
        .numbers("notebook's last batch", |e| or_none(notebook(e), 4))
        .numbers("ratio", |e| {
            losses::ratio(e.mean_std(SeedResults::last_batch_loss), notebook(e))
        });
    let caption = "The notebook printed the loss of an epoch's last batch, not the epoch's mean; \
                   the ratio is of the last batches. The loss of a single batch fluctuates.";
    let table = columns.table("Training loss", caption, one.rows());
    one.table("metrics.jsonl", table)
}

/// The first two test images, reconstructed from their code and from noisy codes.
fn code_noise(one: &Selection) -> Result<Block, Error> {
    let title = "Increasing noise on the code";
    let Some(experiment) = one.first_seeds().next() else {
        return Ok(one.placeholder(title));
    };
    let originals = one.run.input(arrays::FIRST_IMAGES, SAMPLE_COUNT)?;
    let levels = experiment.code_noise_levels();
    let variants = 1 + levels.len();
    let shape = [CODE_NOISE_FIGURE_IMAGES, variants, IMAGE_SIDE, IMAGE_SIDE];
    let images = experiment.images(arrays::CODE_NOISE, &shape.map(Some))?;
    let mut column_titles = vec!["original".to_owned(), "s = 0".to_owned()];
    column_titles.extend(levels.iter().map(|level| format!("s = {level}")));
    let digits = originals.iter().zip(images.chunks(variants)).enumerate();
    let rows = digits.map(|(index, (original, variants))| {
        let mut tiles = vec![Tile::of(original, 255.0)];
        tiles.extend(variants.iter().map(|image| {
            let error = original.squared_error(image, 255.0);
            Tile::new(Picture::clipped(image, 1.0), decimals(error, 2))
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
              of increasing strength"
            .into(),
        caption:
            "From left to right: the original, and the reconstruction from the code with s N(0, 1) \
                  added to each of its 8 numbers. Below each: its squared error (SSE)."
                .into(),
        notes: Vec::new(),
        sources: vec![
            one.run.input_source(arrays::FIRST_IMAGES),
            experiment.array_source(arrays::CODE_NOISE),
        ],
        drawing: grid.draw()?,
    }))
}

/// The scores of the reconstructions from noisy codes.
fn code_noise_scores(one: &Selection) -> Block {
    let columns = Columns::new()
        .numbers("test image", |(_, image, _): (_, usize, f64)| {
            image.to_string()
        })
        .numbers("s", |(_, _, level)| level.to_string());
    let columns = tables::with_scores(
        columns,
        |(e, _, _)| e,
        |(_, image, level), seed| {
            let mut levels = seed.code_noise_levels().iter();
            let index = levels.position(|other| *other == level)?;
            Some(seed.evaluation.corrected.code_noise[image][index])
        },
    );
    let rows = one.rows().flat_map(|e| {
        let of_image = move |image| CODE_NOISE_LEVELS.map(|level| (e, image, level));
        let rows = (0..CODE_NOISE_FIGURE_IMAGES).flat_map(of_image);
        rows.filter(|(e, _, level)| {
            e.seeds
                .iter()
                .any(|s| s.code_noise_levels().contains(level))
        })
    });
    let caption = "Against the clean image.";
    let table = columns.table("Reconstructions from noisy codes", caption, rows);
    one.table("evaluation.json", table)
}

/// The effect of noise on the code, over many draws.
fn code_noise_measures(one: &Selection) -> Block {
    fn noise(seed: &SeedResults, level: f64) -> Option<&CodeNoise> {
        let mut measured = seed.evaluation.measures.code_noise.iter();
        measured.find(|noise| noise.level == level)
    }
    let columns = Columns::new()
        .numbers("s", |(_, level): (&ExperimentResults, f64)| {
            level.to_string()
        })
        .numbers("SSE", |(e, level)| {
            e.number(4, |seed| Some(noise(seed, level)?.sse))
        })
        .numbers("recognized", |(e, level)| {
            e.number(3, |seed| noise(seed, level)?.nn_accuracy)
        })
        .numbers("variance", |(e, level)| {
            e.number(4, |seed| Some(noise(seed, level)?.variance))
        })
        .numbers("neighbors", |(e, level)| {
            e.number(3, |seed| noise(seed, level)?.neighbor_correlation)
        });
    let rows = one.rows();
    let rows = rows.flat_map(|e| CODE_NOISE_MEASURED.map(|level| (e, level)));
    let rows = rows.filter(|(e, level)| e.seeds.iter().any(|s| noise(s, *level).is_some()));
    let title = "Noise on the code, over 64 draws for each of the first 100 test images";
    let caption = "Recognized: share \
                   of the reconstructions whose nearest image by squared error, among the first \
                   2,000 training images, has the digit's label. Variance: of a pixel over the \
                   draws, averaged over pixels and images. Neighbors: correlation of neighboring \
                   pixels, larger where edges are blurred.";
    let table = columns.table(title, caption, rows);
    one.table("evaluation.json", table)
}
