//! The errors of single images: their distribution, the best and the worst.

use experiment::arrays;

use super::group::{Group, SHORT_MEASURE};
use crate::{
    drawing::{Grid, Picture, Quantiles, Row, Tile},
    error::Error,
    report::{Block, Figure},
    run::{ExperimentResults, Extreme},
    sections::shared::figures::side_of,
};

/// The maximum number of distributions; if there are more, so many of the best and of the worst.
const MAX_ROWS: usize = 40;
const BEST: usize = 30;
const WORST: usize = 10;

/// Both figures; nothing without saved arrays.
pub fn figures(group: &Group) -> Result<Vec<Block>, Error> {
    Ok([distributions(group)?, extremes(group)?]
        .into_iter()
        .flatten()
        .collect())
}

fn distributions(group: &Group) -> Result<Option<Block>, Error> {
    let mut models: Vec<&ExperimentResults> = group.ranked.clone();
    models.retain(|e| e.first().has_array(arrays::ERRORS_TEST));
    let all = models.len();
    if all == 0 {
        return Ok(None);
    }
    let mut left_out = String::new();
    if all > MAX_ROWS {
        models.drain(BEST..all - WORST);
        left_out = format!(" Of {all} models, the best {BEST} and the worst {WORST} are shown.");
    }
    let mut rows = Vec::new();
    for experiment in &models {
        let errors = experiment.first().values(arrays::ERRORS_TEST)?;
        rows.push((experiment.label.clone(), errors));
    }
    let selection = group.selection(&models);
    let sources = selection
        .first_seeds()
        .map(|seed| seed.array_source(arrays::ERRORS_TEST));
    let drawing = Quantiles {
        label: "squared error of an image".into(),
        rows,
    }
    .draw();
    Ok(Some(selection.images(Figure {
        name: format!("own-errors{}", group.suffix),
        title: format!("{}: errors of the test images", group.name),
        alt: format!("The distributions of the errors of {}", selection.names()),
        caption: format!(
            "The {} of each test image. Line: from the 5th to the 95th percentile; bar: from the 25th \
             to the 75th; dot: the median, whose number is to the right.{left_out}",
            SHORT_MEASURE
        ),
        notes: Vec::new(),
        sources: sources.collect(),
        drawing,
    })))
}

/// The best and the worst test images of the best model.
fn extremes(group: &Group) -> Result<Option<Block>, Error> {
    for &experiment in &group.ranked {
        let seed = experiment.first();
        let Some([best, worst]) = seed.extremes()? else {
            continue;
        };
        let rows = [("smallest error", &best), ("largest error", &worst)];
        let rows = rows
            .into_iter()
            .flat_map(|(label, images)| rows_of(label, images));
        let grid = Grid {
            side: side_of(group.data.shape),
            column_titles: Vec::new(),
            rows: rows.collect(),
        };
        let id = experiment.id();
        return Ok(Some(group.selection(&[experiment]).images(Figure {
            name: format!("own-extremes{}", group.suffix),
            title: format!("{}: the easiest and the hardest test images, by {id}", group.name),
            alt: format!("Test images with the smallest and the largest errors of {id}, each above its reconstruction"),
            caption: "The test images with the smallest and those with the largest errors, with their \
                      index in the test set, each above its reconstruction."
                .into(),
            notes: Vec::new(),
            sources: vec![seed.array_source(arrays::EXTREMES)],
            drawing: grid.draw()?,
        })));
    }
    Ok(None)
}

/// A row of images and one of their reconstructions.
fn rows_of(label: &str, images: &[Extreme]) -> [Row; 2] {
    let index = |extreme: &Extreme| {
        extreme
            .index
            .map_or(String::new(), |index| format!("#{index}"))
    };
    let originals = images
        .iter()
        .map(|extreme| Tile::new(Picture::clipped(&extreme.image, 1.0), index(extreme)));
    let reconstructions = images
        .iter()
        .map(|extreme| Tile::of(&extreme.reconstruction, 1.0));
    [
        Row::new(label, originals),
        Row::new("reconstruction", reconstructions),
    ]
}
