//! The code space of models: where the test images are in it, and what the codes between them decode to.

use experiment::{CODE_GRID_SIDE, INTERPOLATION_STEPS, SAMPLE_COUNT, arrays};
use explorer::{Projection, Rows};

use crate::{
    drawing::{Grid, Panel, Picture, Row, Scatter, Tile},
    error::Error,
    format::decimals,
    report::{Block, Figure, Selection},
    run::{ExperimentResults, SeedResults},
};

/// The maximum number of points in a panel.
const MAX_POINTS: usize = 1500;
/// The side of a decoded plane.
const PLANE: u32 = 264;
/// The side of an image between two others.
const STEP: u32 = 42;

/// Everything that is saved of the code space of these models: the test images in it, a decoded plane
/// and the images between pairs of test images. `name` begins the names of the figures.
pub fn figures(all: &Selection, name: &str) -> Result<Vec<Block>, Error> {
    let mut blocks: Vec<Block> = scatter(all, &format!("{name}-codes"))?
        .into_iter()
        .collect();
    blocks.extend(planes(all, &format!("{name}-plane"))?);
    for experiment in all.rows() {
        let one = Selection::of(all.run, vec![experiment]);
        let name = format!("{name}-between-{}", experiment.id());
        blocks.extend(interpolations(&one, &name)?);
    }
    Ok(blocks)
}

/// The codes of each model in two dimensions, colored by digit; `None` without saved codes.
pub fn scatter(all: &Selection, name: &str) -> Result<Option<Block>, Error> {
    let mut panels = Vec::new();
    let mut sources = Vec::new();
    for experiment in all.rows() {
        let seed = experiment.first();
        if seed.is_dead() || seed.settings.method.code_size() < 2 {
            continue;
        }
        if let Some((panel, true)) = panel(experiment)? {
            panels.push(panel);
            sources.push(seed.array_source(arrays::CODES_TEST));
        }
    }
    let Some(first) = all.experiments.first().filter(|_| !panels.is_empty()) else {
        return Ok(None);
    };
    let classes = first.first().data.classes.clone();
    Ok(Some(all.images(Figure {
        name: name.into(),
        title: "Where the digits are in the code space".into(),
        alt: format!("Scatter plots of the codes of {}, colored by digit", all.names()),
        caption: "A point is the code of a test image, its color the digit. Of codes of more than two \
                  numbers the first two principal components are shown, with their share of the \
                  variance; each panel has its own scale. Dead models are left out."
            .into(),
        notes: Vec::new(),
        sources,
        drawing: Scatter { classes, panels }.draw(),
    })))
}

/// A decoded plane of each model's code space; `None` without any.
pub fn planes(all: &Selection, name: &str) -> Result<Option<Block>, Error> {
    let mut tiles = Vec::new();
    let mut column_titles = Vec::new();
    let mut sources = Vec::new();
    for experiment in all.rows() {
        let seed = experiment.first();
        let Some(images) = seed
            .own_images(arrays::CODE_PLANE)?
            .filter(|_| !seed.is_dead())
        else {
            continue;
        };
        let pictures: Vec<Picture> = images.iter().map(|i| Picture::clipped(i, 1.0)).collect();
        tiles.extend(Picture::mosaic(&pictures, CODE_GRID_SIDE).map(Tile::plain));
        column_titles.push(experiment.label.clone());
        sources.push(seed.array_source(arrays::CODE_PLANE));
    }
    if tiles.is_empty() {
        return Ok(None);
    }
    let grid = Grid {
        side: PLANE,
        column_titles,
        rows: vec![Row::new("", tiles)],
    };
    Ok(Some(all.images(Figure {
        name: name.into(),
        title: "What the codes between the digits decode to".into(),
        alt: format!("A square grid of images that each of {} decodes", all.names()),
        caption: format!(
            "{CODE_GRID_SIDE} x {CODE_GRID_SIDE} codes in the plane of the first two principal \
             components of the codes: the first grows to the right, the second upwards, each from the \
             2nd to the 98th percentile of the test images."
        ),
        notes: Vec::new(),
        sources,
        drawing: grid.draw()?,
    })))
}

/// What one model decodes on the line from the code of a test image to that of the next; `None` without
/// saved images.
pub fn interpolations(one: &Selection, name: &str) -> Result<Option<Block>, Error> {
    let Some(seed) = one.first_seeds().next().filter(|seed| !seed.is_dead()) else {
        return Ok(None);
    };
    let Some(images) = seed.own_images(arrays::INTERPOLATIONS)? else {
        return Ok(None);
    };
    let originals = if one.run.has_input(arrays::FIRST_IMAGES) {
        one.run.input(arrays::FIRST_IMAGES, SAMPLE_COUNT)?
    } else {
        Vec::new()
    };
    let rows = images.chunks_exact(INTERPOLATION_STEPS).enumerate();
    let rows = rows.map(|(pair, images)| {
        let original = |index: usize| originals.get(index).map(|image| Tile::of(image, 255.0));
        let decoded = images.iter().map(|image| Some(Tile::of(image, 1.0)));
        Row {
            label: String::new(),
            tiles: [original(2 * pair)]
                .into_iter()
                .chain(decoded)
                .chain([original(2 * pair + 1)])
                .collect(),
        }
    });
    let mut column_titles = vec![String::new(); INTERPOLATION_STEPS + 2];
    column_titles[0] = "from".into();
    column_titles[INTERPOLATION_STEPS + 1] = "to".into();
    let grid = Grid {
        side: STEP,
        column_titles,
        rows: rows.collect(),
    };
    Ok(Some(one.images(Figure {
        name: name.into(),
        title: format!("From one digit to another with {}", seed.id()),
        alt: format!("Five rows of images from a digit to another, decoded by {}", seed.id()),
        caption: "Left and right: two test images. Between them, nine codes on the straight line from \
                  the code of one to that of the other, decoded."
            .into(),
        notes: Vec::new(),
        sources: vec![
            one.run.input_source(arrays::FIRST_IMAGES),
            seed.array_source(arrays::INTERPOLATIONS),
        ],
        drawing: grid.draw()?,
    })))
}

/// The codes of a model, and whether they have classes.
pub fn panel(experiment: &ExperimentResults) -> Result<Option<(Panel, bool)>, Error> {
    let seed = experiment.first();
    let Some(codes) = seed.codes()? else {
        return Ok(None);
    };
    let labels = seed.labels()?.filter(|_| !seed.data.classes.is_empty());
    let (points, caption): (Vec<(f64, f64)>, String) = if codes.units == 2 {
        let pair = |code: &[f32]| (code[0].into(), code[1].into());
        (
            codes.rows().map(pair).collect(),
            "the 2 numbers of the code".to_owned(),
        )
    } else {
        let units = codes.units;
        let codes = Rows {
            width: units,
            values: codes.values,
        };
        let projection = Projection::new(&codes);
        let points = projection.points(&codes);
        let pairs = points.chunks_exact(2);
        let percent = decimals(projection.share * 100.0, 0);
        (
            pairs.map(|pair| (pair[0].into(), pair[1].into())).collect(),
            format!("{units} numbers, {percent} % of the variance"),
        )
    };
    let class = |index: usize| {
        labels
            .as_ref()
            .map_or(0, |all| all.get(index).copied().unwrap_or(0))
    };
    let points = points.into_iter().enumerate().take(MAX_POINTS);
    let panel = Panel {
        title: experiment.label.clone(),
        caption,
        points: points.map(|(index, point)| (point, class(index))).collect(),
    };
    Ok(Some((panel, labels.is_some())))
}

/// "17 of 30 live", or the size alone if all are live or no codes are saved.
pub fn size_text(seed: &SeedResults) -> Result<String, Error> {
    let size = seed.settings.method.code_size();
    Ok(match seed.live_code_units()? {
        Some(live) if live < size => format!("{size} numbers, {live} live"),
        _ => format!("{size} numbers"),
    })
}
