//! Where the test images are in the code space, and what the codes between them decode to.

use experiment::{CODE_GRID_SIDE, arrays};

use super::group::Group;
use crate::{
    drawing::{Grid, Picture, Row, Scatter, Tile},
    error::Error,
    format::count,
    report::{Block, Figure},
    run::ExperimentResults,
    sections::shared::codes::panel,
};

/// The maximum number of models whose codes are shown.
const MAX_PANELS: usize = 12;
/// The maximum number of models whose grid of decoded codes is shown, and the side of a grid.
const MAX_GRIDS: usize = 3;
const GRID_SIDE: u32 = 340;

/// The scatter plots and the decoded grids; nothing without saved codes.
pub fn figures(group: &Group) -> Result<Vec<Block>, Error> {
    Ok([scatter(group)?, grids(group)?]
        .into_iter()
        .flatten()
        .collect())
}

/// The codes of the best models in two dimensions.
fn scatter(group: &Group) -> Result<Option<Block>, Error> {
    let mut panels = Vec::new();
    let mut drawn: Vec<&ExperimentResults> = Vec::new();
    let mut sources = Vec::new();
    let mut has_classes = true;
    for &experiment in &group.ranked {
        let seed = experiment.first();
        if panels.len() == MAX_PANELS || seed.settings.method.code_size() < 2 {
            continue;
        }
        let Some((panel, is_labeled)) = panel(experiment)? else {
            continue;
        };
        has_classes &= is_labeled;
        panels.push(panel);
        sources.push(seed.array_source(arrays::CODES_TEST));
        drawn.push(experiment);
    }
    if drawn.is_empty() {
        return Ok(None);
    }
    let selection = group.selection(&drawn);
    let mut caption =
        "A point is the code of a test image. Codes of two numbers are shown as they \
                       are, larger ones by their first two principal components, with the share of \
                       the variance in these; the axes are scaled by each model's own range."
            .to_owned();
    if !has_classes {
        caption += " The images have no labels.";
    }
    if group.ranked.len() > drawn.len() {
        caption += &format!(
            " The best {} with codes of two or more numbers.",
            count(drawn.len(), "model")
        );
    }
    let classes = if has_classes {
        group.data.classes.clone()
    } else {
        Vec::new()
    };
    Ok(Some(selection.images(Figure {
        name: format!("own-codes{}", group.suffix),
        title: format!("{}: codes of test images", group.name),
        alt: format!("Scatter plots of the codes of {}", selection.names()),
        caption,
        notes: Vec::new(),
        sources,
        drawing: Scatter { classes, panels }.draw(),
    })))
}

/// The grids of decoded codes of the best models with codes of two numbers.
fn grids(group: &Group) -> Result<Option<Block>, Error> {
    let mut tiles = Vec::new();
    let mut column_titles = Vec::new();
    let mut drawn = Vec::new();
    let mut sources = Vec::new();
    for &experiment in &group.ranked {
        let seed = experiment.first();
        if drawn.len() == MAX_GRIDS {
            break;
        }
        let Some(images) = seed.own_images(arrays::CODE_GRID)? else {
            continue;
        };
        let pictures: Vec<Picture> = images.iter().map(|i| Picture::clipped(i, 1.0)).collect();
        if let Some(mosaic) = Picture::mosaic(&pictures, CODE_GRID_SIDE) {
            tiles.push(Tile::plain(mosaic));
            column_titles.push(experiment.label.clone());
            sources.push(seed.array_source(arrays::CODE_GRID));
            drawn.push(experiment);
        }
    }
    if drawn.is_empty() {
        return Ok(None);
    }
    let grid = Grid {
        side: GRID_SIDE,
        column_titles,
        rows: vec![Row::new("", tiles)],
    };
    let selection = group.selection(&drawn);
    Ok(Some(selection.images(Figure {
        name: format!("own-code-grid{}", group.suffix),
        title: format!("{}: what codes decode to", group.name),
        alt: format!("Grids of images that {} make of codes", selection.names()),
        caption: format!(
            "{CODE_GRID_SIDE} x {CODE_GRID_SIDE} codes over the range of those of the test images, \
             from the 2nd to the 98th percentile of each number, decoded: the first number grows to \
             the right, the second upwards."
        ),
        notes: Vec::new(),
        sources,
        drawing: grid.draw()?,
    })))
}
