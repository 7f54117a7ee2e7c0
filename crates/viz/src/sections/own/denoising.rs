//! What models make of noisy images.

use experiment::{Corruption, INPUT_NOISE_LEVELS, Protocol, SAMPLE_5, arrays};

use super::group::{Group, SHORT_MEASURE, shown};
use crate::{
    drawing::{Grid, Picture, Row, Tile},
    error::Error,
    format::join,
    report::{Block, Figure},
    run::ExperimentResults,
    sections::shared::{figures::side_of, noise_matrix},
};

/// Noisy images, what the models make of them, and their errors at each noise level; nothing without
/// a model that was trained with corruption.
pub fn blocks(group: &Group) -> Result<Vec<Block>, Error> {
    let ranked = group.ranked.iter().copied();
    let (denoising, others): (Vec<_>, Vec<_>) = ranked.partition(is_denoising);
    if denoising.is_empty() {
        return Ok(Vec::new());
    }
    let all = denoising.len();
    let mut models = shown(denoising);
    models.extend(others.first());
    let name = format!("own-noise{}", group.suffix);
    let mut blocks = Vec::new();
    blocks.extend(introduction(&models));
    blocks.extend(figure(group, &models, all)?);
    let selection = group.selection(&models);
    blocks.push(noise_matrix::heat_map(&selection, &name, SHORT_MEASURE));
    Ok(blocks)
}

/// What is shown, and what the noise is if that is not the corruption of every model.
fn introduction(models: &[&ExperimentResults]) -> Option<Block> {
    let is_other = |e: &&&ExperimentResults| {
        let training = e.settings().method.training();
        training.is_some_and(|training| {
            let mut corruption = training.corruption.iter();
            corruption.any(|change| !matches!(change, Corruption::Gaussian { .. }))
        })
    };
    let mut text = String::new();
    if models.iter().any(|e| !is_denoising(e)) {
        text += "The last row is the best model that was trained without corruption. ";
    }
    let other: Vec<&str> = models.iter().filter(is_other).map(|e| e.id()).collect();
    if !other.is_empty() {
        text += &format!(
            "All models are tested with Gaussian noise, also those that were trained with another \
             corruption: {}.",
            join(other, ", ")
        );
    }
    let text = text.trim_end().to_owned();
    (!text.is_empty()).then_some(Block::Paragraph { text })
}

fn is_denoising(experiment: &&ExperimentResults) -> bool {
    let training = experiment.settings().method.training();
    training.is_some_and(|training| !training.corruption.is_empty())
}

/// A test image with noise of each level, and a row of reconstructions for each model.
fn figure(
    group: &Group,
    models: &[&ExperimentResults],
    all: usize,
) -> Result<Option<Block>, Error> {
    let inputs = arrays::noisy_inputs(Protocol::Corrected);
    let outputs = arrays::noisy_reconstructions(Protocol::Corrected);
    let mut rows = Vec::new();
    let mut drawn = Vec::new();
    let mut sources = Vec::new();
    for &experiment in models {
        let seed = experiment.first();
        let (Some(noisy), Some(images)) = (seed.own_images(&inputs)?, seed.own_images(&outputs)?)
        else {
            continue;
        };
        if rows.is_empty() {
            let samples = seed.samples()?.unwrap_or_default();
            let clean = samples.get(clean_index(samples.len()));
            let noisy = noisy.iter().map(|image| Some(Tile::of(image, 1.0)));
            rows.push(Row {
                label: "input".into(),
                tiles: std::iter::once(clean.map(|image| Tile::of(image, 1.0)))
                    .chain(noisy)
                    .collect(),
            });
            sources.push(seed.array_source(&inputs));
        }
        let clean_tile = of_clean(group, experiment)?;
        let scores = &seed.evaluation.corrected.noisy;
        let tiles = images.iter().zip(scores).map(|(image, scores)| {
            let picture = Picture::clipped(image, 1.0);
            Some(Tile::new(picture, group.of_image(scores)))
        });
        rows.push(Row {
            label: experiment.label.clone(),
            tiles: std::iter::once(clean_tile).chain(tiles).collect(),
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
            group.score_name(),
            group.selection_text(all)
        ),
        notes: Vec::new(),
        sources,
        drawing: grid.draw()?,
    })))
}

/// The index of the sample to which noise is added, of that many.
fn clean_index(samples: usize) -> usize {
    SAMPLE_5.min(samples.saturating_sub(1))
}

/// The reconstruction of the image without noise.
fn of_clean(group: &Group, experiment: &ExperimentResults) -> Result<Option<Tile>, Error> {
    let seed = experiment.first();
    let images = seed.reconstructions()?.unwrap_or_default();
    let index = clean_index(images.len());
    let sample = seed.evaluation.corrected.samples.get(index);
    let score = sample.map_or(String::new(), |sample| group.of_image(&sample.scores));
    let image = images.get(index);
    Ok(image.map(|image| Tile::new(Picture::clipped(image, 1.0), score)))
}
