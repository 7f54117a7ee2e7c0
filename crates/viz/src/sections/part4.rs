//! Part 4: the denoising autoencoder.

use experiment::{INPUT_NOISE_LEVELS, Protocol, SAMPLE_5, SAMPLE_COUNT, arrays};

use super::shared::{
    codes,
    figures::{self, LARGE, reading},
    losses, noise_matrix, part, tables,
};
use crate::{
    drawing::{Grid, Picture, Row, Tile},
    error::Error,
    format::or_none,
    report::{Block, Columns, Figure, Section, Selection},
    run::{ExperimentResults, Run, SeedResults, printed},
};

const DENOISING: [&str; 4] = [
    "denoising-ae-0.3",
    "denoising-ae-0.5",
    "denoising-ae-0.8",
    "denoising-ae-0.9",
];

/// What the errors are.
const MEASURE: &str = "squared error (SSE)";

/// The part, with what the notebook concluded in it.
pub fn section(run: &Run, conclusions: Option<Block>) -> Result<Section, Error> {
    let denoising = Selection::new(run, &DENOISING);
    let standard = Selection::new(run, &["standard-ae-256"]);
    let lowest = Selection::new(run, &DENOISING[..1]);
    let with_standard = Selection::new(run, &[&["standard-ae-256"], &DENOISING[..]].concat());

    let mut blocks = part::head(
        &denoising,
        "part-4-layers",
        &[
            (
                "What it is",
                "The model of part 2 with 256 units, trained with a handicap: it sees a digit with \
                 Gaussian noise, fresh at every step, and has to give the clean one.",
            ),
            (
                "Why",
                "Copying no longer helps, since a copy has the noise in it. What is left is to learn what \
                 digits look like. Noise on the input is so a second way, beside the bottleneck, to keep a \
                 network from copying.",
            ),
            (
                "What to look for",
                "The standard model passes the noise on; a denoising one removes it, best at about the \
                 noise of its training. On clean digits its error is larger than the standard model's, \
                 and the more so the more noise it was trained with.",
            ),
        ],
    )?;
    let tests = [
        (
            &standard,
            "standard",
            "standard-ae-256 at four noise levels",
            all_levels(&standard),
        ),
        (
            &lowest,
            "lowest",
            "denoising-ae-0.3 at four noise levels",
            all_levels(&lowest),
        ),
        (
            &denoising,
            "own-level",
            "Each denoising model at its own noise level",
            own_levels(run),
        ),
    ];
    let samples = |protocol| {
        let samples = tests.iter().map(|(selection, name, title, columns)| {
            noisy_sample(selection, protocol, name, title, columns)
        });
        samples.collect::<Result<Vec<_>, _>>()
    };
    blocks.push(Block::Side {
        blocks: samples(Protocol::Corrected)?,
    });
    blocks.push(Block::Side {
        blocks: vec![
            losses::by_iteration(&denoising, "part-4-loss", "Loss of the four models")?,
            noise_matrix::heat_map(&with_standard, "part-4-noise-matrix", MEASURE),
            figures::encoder_weights(
                &with_standard,
                0,
                "part-4-weights-unit-0",
                "Encoder weights of hidden unit 0",
            )?,
        ],
    });
    blocks.push(part::as_the_notebook(vec![
        Block::Side {
            blocks: samples(Protocol::Assignment)?,
        },
        comparison(&with_standard),
    ]));
    blocks.push(Block::fold(
        "The code space",
        codes::figures(&denoising, "part-4")?,
    ));
    blocks.push(part::numbers(vec![
        tables::settings(&denoising),
        losses::table(&denoising),
        noise_matrix::table(&with_standard, MEASURE),
        tables::scores(&with_standard),
    ]));
    blocks.extend(conclusions);
    Ok(Section {
        id: "part-4",
        title: "Part 4: denoising autoencoder",
        text: String::new(),
        blocks,
    })
}

/// One model at each noise level.
fn all_levels<'a>(one: &Selection<'a>) -> Vec<(&'a SeedResults, usize)> {
    let levels = |seed| (0..INPUT_NOISE_LEVELS.len()).map(move |level| (seed, level));
    one.first_seeds().flat_map(levels).collect()
}

/// Each denoising model at the noise level in its name.
fn own_levels(run: &Run) -> Vec<(&SeedResults, usize)> {
    let models = DENOISING.iter().map(|id| run.get(id));
    let models = models
        .zip(0..)
        .filter_map(|(model, level)| Some((model?.first(), level)));
    models.collect()
}

/// Sample 5 with noise on its pixels and its reconstructions: a column for each model and index into
/// the noise levels.
fn noisy_sample(
    selection: &Selection,
    protocol: Protocol,
    name: &str,
    title: &str,
    columns: &[(&SeedResults, usize)],
) -> Result<Block, Error> {
    let protocol_name = protocol.name();
    let title = format!("{title}, {protocol_name} protocol");
    if columns.is_empty() {
        return Ok(selection.placeholder(&title));
    }
    let levels = INPUT_NOISE_LEVELS.len();
    let original = &selection.run.input(arrays::SAMPLES, SAMPLE_COUNT)?[SAMPLE_5];
    let inputs = arrays::noisy_inputs(protocol);
    let outputs = arrays::noisy_reconstructions(protocol);
    let mut column_titles = vec!["original".to_owned()];
    let mut noisy = vec![Some(Tile::of(original, 255.0))];
    let mut reconstructed = vec![None];
    for &(model, level) in columns {
        let input = &model.pictures(&inputs, levels)?[level];
        let output = &model.pictures(&outputs, levels)?[level];
        let error = match protocol {
            Protocol::Assignment => model.assignment().map(|a| a.noisy_squared_error[level]),
            Protocol::Corrected => Some(model.evaluation.corrected.noisy[level].sse),
        };
        column_titles.push(if selection.experiments.len() > 1 {
            model.id().into()
        } else {
            format!("noise {}", INPUT_NOISE_LEVELS[level])
        });
        noisy.push(Some(Tile::of(input, protocol.max_pixel())));
        let output = Picture::clipped(output, protocol.max_pixel());
        reconstructed.push(Some(Tile::new(output, or_none(error, 2))));
    }
    let mut sources = vec![selection.run.input_source(arrays::SAMPLES)];
    for experiment in selection.first_seeds() {
        sources.push(experiment.array_source(&inputs));
        sources.push(experiment.array_source(&outputs));
        sources.push(experiment.source("evaluation.json"));
    }
    let row = |label: &str, tiles| Row {
        label: label.into(),
        tiles,
    };
    let grid = Grid {
        side: LARGE,
        column_titles,
        rows: vec![row("input", noisy), row("reconstruction", reconstructed)],
    };
    Ok(selection.images(Figure {
        name: format!("part-4-{name}-{protocol_name}"),
        alt: format!(
            "Test image 9710 with noise added, and its reconstructions by {}, {protocol_name} \
             protocol",
            selection.names()
        ),
        title,
        caption: format!(
            "Above: the noisy input. Below: its reconstruction. Errors are against the clean image. {}",
            reading(protocol)
        ),
        notes: Vec::new(),
        sources,
        drawing: grid.draw()?,
    }))
}

/// The errors of sample 5 for every model and noise level, beside the notebook's.
fn comparison(all: &Selection) -> Block {
    let columns = Columns::new()
        .words("experiment", |(e, _): (&ExperimentResults, usize)| e.id())
        .numbers("noise", |(_, level)| INPUT_NOISE_LEVELS[level].to_string())
        .numbers("assignment", |(e, level)| {
            e.number(4, |seed| {
                Some(seed.assignment()?.noisy_squared_error[level])
            })
        })
        .numbers("notebook", |(e, level)| or_none(notebook(e, level), 4));
    let scores = |(_, level), seed: &SeedResults| seed.evaluation.corrected.noisy[level];
    let columns = tables::with_scores(columns, |(e, _)| e, scores);
    let twice = printed(DENOISING[0]);
    let caption = format!(
        "Noise: standard deviation of the noise that is added to the pixels, of 0 to 255 under the \
         assignment protocol, of 0 to 1 under the corrected one. Assignment: the \
         notebook's squared error, against the clean image; beside it what the notebook printed. For \
         denoising-ae-0.3 at 0.3 it printed two numbers, {} and {}, from two draws of the noise; \
         the second is shown here. The other columns: corrected protocol.",
        or_none(twice.sample_5_own_noise, 4),
        or_none(twice.sample_5_noisy.as_ref().map(|all| all[0]), 4),
    );
    let levels = |e| (0..INPUT_NOISE_LEVELS.len()).map(move |level| (e, level));
    let rows = all.rows().flat_map(levels);
    let table = columns.table("Sample 5 with noise, both protocols", caption, rows);
    all.table("evaluation.json", table)
}

/// What the notebook printed for a model at a noise level. For denoising models other than the first
/// it printed only their own level.
fn notebook(experiment: &ExperimentResults, level: usize) -> Option<f64> {
    let printed = experiment.printed();
    match &printed.sample_5_noisy {
        Some(all) => all.get(level).copied(),
        None if DENOISING[level] == experiment.id() => printed.sample_5_own_noise,
        None => None,
    }
}
