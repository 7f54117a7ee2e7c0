//! Part 4: the denoising autoencoder.

use experiment::{INPUT_NOISE_LEVELS, Protocol, SAMPLE_5, SAMPLE_COUNT, arrays};

use super::shared::{
    figures::{self, LARGE, reading},
    losses, noise_matrix, tables,
};
use crate::{
    drawing::{Grid, Picture, Row, Tile},
    error::Error,
    format::or_none,
    report::{
        Block, Columns, Figure, INVISIBLE_NOISE, Section, Selection, evaluation_faults,
        notebook_fault,
    },
    run::{ExperimentResults, Run, SeedResults, printed},
};

const DENOISING: [&str; 4] = [
    "denoising-ae-0.3",
    "denoising-ae-0.5",
    "denoising-ae-0.8",
    "denoising-ae-0.9",
];

/// What the errors are.
const MEASURE: &str = "squared error summed over the 784 pixels, x from 0 to 1";

pub fn section(run: &Run) -> Result<Section, Error> {
    let denoising = Selection::new(run, &DENOISING);
    let standard = Selection::new(run, &["standard-ae-256"]);
    let lowest = Selection::new(run, &DENOISING[..1]);
    let with_standard = Selection::new(run, &[&["standard-ae-256"], &DENOISING[..]].concat());

    let mut blocks = vec![
        tables::settings(&denoising),
        Block::heading("Training"),
        losses::by_iteration(&denoising, "part-4-loss", "Loss of the four models")?,
        losses::table(&denoising),
    ];
    for protocol in Protocol::ALL {
        blocks.push(figures::heading(protocol));
        for (selection, name, title, columns) in [
            (
                &standard,
                "standard",
                "standard-ae-256 at four noise levels",
                all_levels(&standard),
            ),
            (
                &denoising,
                "own-level",
                "Each denoising model at its own noise level",
                own_levels(run),
            ),
            (
                &lowest,
                "lowest",
                "denoising-ae-0.3 at four noise levels",
                all_levels(&lowest),
            ),
        ] {
            blocks.push(noisy_sample(selection, protocol, name, title, &columns)?);
        }
    }
    blocks.push(comparison(&with_standard));
    blocks.push(Block::heading("The whole test set"));
    blocks.push(noise_matrix::heat_map(
        &with_standard,
        "part-4-noise-matrix",
        MEASURE,
    ));
    blocks.push(noise_matrix::table(&with_standard, MEASURE));
    blocks.push(tables::scores(&with_standard));
    blocks.push(Block::heading("Weights"));
    blocks.push(figures::encoder_weights(
        &with_standard,
        0,
        "part-4-weights-unit-0",
        "Encoder weights of hidden unit 0",
    )?);
    Ok(Section {
        id: "part-4",
        title: "Part 4: denoising autoencoder",
        text: "784-256-784, trained to reconstruct the clean image from one with Gaussian noise. \
               The notebook tested sample 5, test image 9710; the whole test set follows."
            .into(),
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
    let mut notes = evaluation_faults(protocol, &selection.experiments);
    if protocol == Protocol::Assignment {
        notes.push(notebook_fault(INVISIBLE_NOISE));
    }
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
        notes,
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
         assignment protocol, of 0 to 1 under the corrected one. Assignment: the sum over the 784 \
         pixels of ((x − x̂) / 255)², x the clean image; beside it what the notebook printed. For \
         denoising-ae-0.3 at 0.3 it printed two numbers, {} and {}, from two draws of the noise; \
         the second is shown here. The other columns: corrected protocol. {}",
        or_none(twice.sample_5_own_noise, 4),
        or_none(twice.sample_5_noisy.as_ref().map(|all| all[0]), 4),
        tables::score_meanings()
    );
    let levels = |e| (0..INPUT_NOISE_LEVELS.len()).map(move |level| (e, level));
    let rows = all.rows().flat_map(levels);
    let mut table = columns.table("Sample 5 with noise, both protocols", caption, rows);
    table.notes = evaluation_faults(Protocol::Assignment, &all.experiments);
    table.notes.push(notebook_fault(INVISIBLE_NOISE));
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
