//! What models make of noisy images.

use experiment::{INPUT_NOISE_LEVELS, Protocol, SAMPLE_5, arrays};

use super::group::{Group, shown};
use crate::{
    drawing::{Grid, Picture, Row, Tile},
    error::Error,
    format::decimals,
    report::{Block, Figure},
    run::ExperimentResults,
    sections::shared::{figures::side_of, noise_matrix},
};

/// Noisy images, what the models make of them, and their errors at each noise level; nothing without
/// a model that was trained with corruption.
pub fn blocks(group: &Group) -> Result<Vec<Block>, Error> {
    let ranked = (1..).zip(group.ranked.iter().copied());
    let (denoising, others): (Vec<_>, Vec<_>) = ranked.partition(|(_, e)| is_denoising(e));
    if denoising.is_empty() {
        return Ok(Vec::new());
    }
    let all = denoising.len();
    let mut models = shown(denoising);
    models.extend(others.into_iter().next());
    let experiments: Vec<&ExperimentResults> = models.iter().map(|(_, e)| *e).collect();
    let name = format!("own-noise{}", group.suffix);
    let mut blocks: Vec<Block> = figure(group, &models, all)?.into_iter().collect();
    let selection = group.selection(&experiments);
    blocks.push(noise_matrix::heat_map(&selection, &name, &group.measure));
    Ok(blocks)
}

fn is_denoising(experiment: &ExperimentResults) -> bool {
    let training = experiment.settings().method.training();
    training.is_some_and(|training| !training.corruption.is_empty())
}

/// A test image with noise of each level, and a row of reconstructions for each model.
fn figure(
    group: &Group,
    models: &[(usize, &ExperimentResults)],
    all: usize,
) -> Result<Option<Block>, Error> {
    let inputs = arrays::noisy_inputs(Protocol::Corrected);
    let outputs = arrays::noisy_reconstructions(Protocol::Corrected);
    let mut rows = Vec::new();
    let mut drawn = Vec::new();
    let mut sources = Vec::new();
    for &(place, experiment) in models {
        let seed = experiment.first();
        let (Some(noisy), Some(images)) = (seed.own_images(&inputs)?, seed.own_images(&outputs)?)
        else {
            continue;
        };
        if rows.is_empty() {
            let samples = seed.samples()?.unwrap_or_default();
            let clean = samples.get(SAMPLE_5).or(samples.last());
            let noisy = noisy.iter().map(|image| Some(Tile::of(image, 1.0)));
            rows.push(Row {
                label: "input".into(),
                tiles: std::iter::once(clean.map(|image| Tile::of(image, 1.0)))
                    .chain(noisy)
                    .collect(),
            });
            sources.push(seed.array_source(&inputs));
        }
        let scores = &seed.evaluation.corrected.noisy;
        let tiles = images.iter().zip(scores).map(|(image, scores)| {
            let error = decimals(scores.sse, 2);
            Some(Tile::new(Picture::clipped(image, 1.0), error))
        });
        rows.push(Row {
            label: format!("{place}. {}", experiment.id()),
            tiles: std::iter::once(None).chain(tiles).collect(),
        });
        sources.push(seed.array_source(&outputs));
        drawn.push(experiment);
    }
    if drawn.is_empty() {
        return Ok(None);
    }
    let levels = INPUT_NOISE_LEVELS.map(|level| format!("noise {level}"));
    let grid = Grid {
        side: side_of(group.data.shape) * 3 / 2,
        column_titles: std::iter::once("clean".to_owned()).chain(levels).collect(),
        rows,
    };
    let selection = group.selection(&drawn);
    Ok(Some(selection.images(Figure {
        name: format!("own-denoising{}", group.suffix),
        title: format!("{}: a noisy test image and its reconstructions", group.name),
        alt: format!(
            "A test image with noise of four strengths, and below it its reconstructions by {}",
            selection.names()
        ),
        caption: format!(
            "Above: the image, clean and with Gaussian noise of that standard deviation added to its pixels of 0 \
             to 1. Below: what each model makes of it, with the {} against the clean image.{}",
            group.measure,
            group.selection_text(all)
        ),
        notes: Vec::new(),
        sources,
        drawing: grid.draw()?,
    })))
}
