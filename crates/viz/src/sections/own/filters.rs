//! The first filters of each model.

use experiment::arrays;

use super::group::Group;
use crate::{
    drawing::{Grid, Picture, Row, Tile},
    error::Error,
    report::{Block, Figure},
    run::ExperimentResults,
    sections::shared::figures::{dead_filters, side_of},
};

/// The maximum number of filters of a model.
const MAX_FILTERS: usize = 10;

/// A row of encoder filters for each model that has any.
pub fn figures(group: &Group) -> Result<Vec<Block>, Error> {
    let mut rows = Vec::new();
    let mut drawn: Vec<&ExperimentResults> = Vec::new();
    let mut sources = Vec::new();
    for experiment in group.shown() {
        let seed = experiment.first();
        let Some(mut filters) = seed.own_images(arrays::ENCODER_FILTERS)? else {
            continue;
        };
        filters.truncate(MAX_FILTERS);
        let dead = seed.dead_first_units()?;
        let tiles = filters.iter().enumerate().map(|(unit, filter)| {
            let caption = if dead.contains(&unit) { "dead" } else { "" };
            Tile::new(Picture::normalized(filter), caption)
        });
        rows.push(Row::new(&experiment.label, tiles));
        sources.push(seed.array_source(arrays::ENCODER_FILTERS));
        drawn.push(experiment);
    }
    if drawn.is_empty() {
        return Ok(Vec::new());
    }
    let selection = group.selection(&drawn);
    let notes = dead_filters(&selection, 0..MAX_FILTERS)?
        .into_iter()
        .collect();
    let grid = Grid {
        side: side_of(group.data.shape),
        column_titles: (0..MAX_FILTERS).map(|unit| unit.to_string()).collect(),
        rows,
    };
    Ok(vec![selection.images(Figure {
        name: format!("own-filters{}", group.suffix),
        title: format!("{}: encoder filters", group.name),
        alt: format!("The first {MAX_FILTERS} encoder filters of {}", selection.names()),
        caption: format!(
            "The weights from the pixels to each of the first {MAX_FILTERS} hidden units, of PCA to \
             each component. In each image, black is its smallest weight and white its largest. A unit of noise has hardly changed in \
             training.{}",
            group.selection_text(group.ranked.len())
        ),
        notes,
        sources,
        drawing: grid.draw()?,
    })])
}
