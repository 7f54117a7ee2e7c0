//! The same test images reconstructed by all models.

use experiment::Protocol;

use super::group::Group;
use crate::{
    drawing::{Grid, Picture, Row, Tile},
    error::Error,
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
        let samples = &seed.evaluation.corrected.samples;
        let tiles = images.iter().enumerate().map(|(index, image)| {
            let sample = samples.get(index);
            let score = sample.map_or(String::new(), |sample| group.of_image(&sample.scores));
            Tile::new(Picture::clipped(image, 1.0), score)
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
            group.score_name(),
            group.selection_text(group.ranked.len())
        ),
        notes: Vec::new(),
        sources,
        drawing,
    })])
}
