//! The same test images reconstructed by all models.

use experiment::Protocol;

use super::group::{Group, SHORT_MEASURE};
use crate::{
    drawing::{Grid, Picture, Row, Tile},
    error::Error,
    format::decimals,
    report::{Block, Figure},
    run::ExperimentResults,
    sections::shared::figures::side_of,
};

/// A row of originals and a row for each model; nothing without saved images.
pub fn figures(group: &Group) -> Result<Vec<Block>, Error> {
    let mut rows = Vec::new();
    let mut column_titles = Vec::new();
    let mut drawn: Vec<&ExperimentResults> = Vec::new();
    let mut sources = Vec::new();
    for experiment in group.shown() {
        let seed = experiment.first();
        let Some(images) = seed.reconstructions()? else {
            continue;
        };
        if rows.is_empty() {
            let Some(originals) = seed.samples()? else {
                continue;
            };
            let samples = &seed.evaluation.corrected.samples;
            column_titles = samples
                .iter()
                .map(|s| format!("#{}", s.test_index))
                .collect();
            rows.push(Row::of("original", &originals, 1.0));
        }
        let errors = seed.evaluation.sample_errors(Protocol::Corrected);
        let tiles = images.iter().enumerate().map(|(index, image)| {
            let error = errors
                .get(index)
                .map_or(String::new(), |error| decimals(*error, 2));
            Tile::new(Picture::clipped(image, 1.0), error)
        });
        rows.push(Row::new(&experiment.label, tiles));
        sources.push(seed.array_source(&experiment::arrays::samples(Protocol::Corrected)));
        drawn.push(experiment);
    }
    if drawn.is_empty() {
        return Ok(Vec::new());
    }
    let side = side_of(group.data.shape);
    let drawing = Grid {
        side,
        column_titles,
        rows,
    }
    .draw()?;
    let selection = group.selection(&drawn);
    Ok(vec![selection.images(Figure {
        name: format!("own-reconstructions{}", group.suffix),
        title: format!("{}: test images and their reconstructions", group.name),
        alt: format!(
            "A row of test images, and below it their reconstructions by {}",
            selection.names()
        ),
        caption: format!(
            "Above: test images with their index in the test set. Below, in the order of the ranking, \
             a row for each model, with the {} of each image. Black is 0, white 1; values outside are \
             clipped.{}",
            SHORT_MEASURE,
            group.selection_text(group.ranked.len())
        ),
        notes: Vec::new(),
        sources,
        drawing,
    })])
}
