//! What the run teaches beyond the notebook: dead output pixels, the real size of codes, PCA of equal
//! size, the code space.

use experiment::{Activation, Method, ModelSpec, Scores, arrays};

use super::shared::{code_size, codes, tables};
use crate::{
    drawing::{Grid, Picture, Row, Tile},
    error::Error,
    format::{decimals, join, or_none},
    report::{Block, Columns, Figure, Note, Section, Selection},
    run::{ExperimentResults, Run},
};

/// What the errors are.
const MEASURE: &str = "squared error";
/// The side of a map.
const SIDE: u32 = 112;
/// The models whose code spaces are compared: linear, deep, and with the smallest code.
const SPACES: [&str; 3] = ["pca-30", "deep-ae-20", "manifold-ae"];
/// The models of one hidden layer, whose output pixels die.
const STANDARD: [&str; 3] = ["standard-ae-64", "standard-ae-128", "standard-ae-256"];

pub fn section(run: &Run) -> Result<Section, Error> {
    let planned = run.experiments().filter(|e| e.of_assignment);
    let all = Selection::of(run, planned.collect());
    let (about_pixels, pixels) = dead_pixels(run)?;
    let about_size = "A code of 30 numbers need not use them all. A unit behind a ReLU gives max(0, x): if x is \
               negative for every image, the unit is always 0, its gradient is 0, and training no longer \
               changes its weights. It is dead, and the code is smaller than its name says. PCA has no \
               such units, so a fair comparison takes PCA with as many components as are alive. A model \
               below the curve beats that PCA: unlike PCA, it can bend.";
    let sizes = code_size::figure(&all, "across-code-size", &Scores::SSE, MEASURE, &[])?;
    let points = vec![
        Note::new("Dead output pixels", &about_pixels),
        Note::new("The real size of a code", about_size),
    ];
    let mut blocks = vec![
        Block::Points { points },
        Block::Side {
            blocks: vec![pixels, sizes],
        },
        Block::fold(
            "Each model beside PCA of equal size",
            vec![beside_pca(&all)?],
        ),
    ];
    blocks.push(Block::heading("The code space"));
    blocks.push(Block::Paragraph {
        text: "A code is a point, and the test digits are a cloud of points. A picture shows two directions \
               of the code, those in which the points are spread most: digits that overlap here can be \
               apart in the others. No model saw a label. Where the colors are apart all the same, the code \
               tells these digits apart. Part 5 shows what is between the points."
            .into(),
    });
    blocks.extend(codes::scatter(
        &Selection::new(run, &SPACES),
        "lessons-codes",
    )?);
    Ok(Section {
        id: "lessons",
        title: "What this run teaches",
        text: String::new(),
        blocks,
    })
}

/// What explains the maps of the standard models, and the maps.
fn dead_pixels(run: &Run) -> Result<(String, Block), Error> {
    let standard = Selection::new(run, &STANDARD);
    let mut text =
        "The output of these models ends in a ReLU, so each of the 784 pixels can die like any \
                    other unit: a pixel whose sum is negative for every image stays black, gets no \
                    gradient and misses all ink that should be there. More epochs do not repair it."
            .to_owned();
    let mut shown = Vec::new();
    for experiment in standard.rows() {
        let seed = experiment.first();
        if seed.has_array(arrays::PIXEL_ERRORS) {
            shown.push(experiment);
            shown.extend(twin(run, experiment));
        }
    }
    let twins = shown.iter().filter(|e| !e.of_assignment);
    let twins = twins.map(|e| {
        format!(
            "{} has the error {}",
            e.id(),
            decimals(e.test_score(&Scores::SSE), 2)
        )
    });
    let twins = join(twins, ", ");
    if twins.is_empty() {
        text += " A sigmoid gives every pixel a gradient. To see what it changes, add a model of the same \
                 settings with the line model.output = \"sigmoid\" to a file of experiments, and run it \
                 into this folder.";
    } else {
        text += &format!(
            " A sigmoid gives every pixel a gradient. Trained with one and otherwise the same settings, {twins}."
        );
    }
    if shown.is_empty() {
        let missing = standard.placeholder_because(
            "Where the error is",
            "The errors of single pixels are not in this run folder: it is of an older version. \
             Train these models again, into a new folder, and the map is here.",
        );
        return Ok((text, missing));
    }
    let shown = Selection::of(run, shown);
    let [mut all, mut dead] = [Vec::new(), Vec::new()];
    let mut captions = Vec::new();
    let mut column_titles = Vec::new();
    for experiment in shown.rows() {
        let seed = experiment.first();
        let mut errors = seed.own_images(arrays::PIXEL_ERRORS)?.unwrap_or_default();
        let share = seed.dead_pixel_share()?.unwrap_or(0.0);
        column_titles.push(experiment.id().to_owned());
        captions.push((
            format!("error {}", decimals(seed.evaluation.corrected.test.sse, 2)),
            format!(
                "{} dead: {} %",
                seed.evaluation.health.dead_output_pixels,
                decimals(share * 100.0, 0)
            ),
        ));
        dead.extend(errors.pop());
        all.extend(errors.pop());
    }
    let count = all.len();
    // Of the square roots, so that small errors show too.
    let mut maps = [all, dead].concat();
    maps.iter_mut()
        .flat_map(|map| &mut map.values)
        .for_each(|value| *value = value.sqrt());
    let pictures = Picture::normalized_together(&maps);
    let (all, dead) = pictures.split_at(count);
    let tiles = |pictures: &[Picture], caption: fn(&(String, String)) -> &str| {
        let tiles = pictures.iter().cloned().zip(&captions);
        let tiles = tiles.map(|(picture, captions)| Tile::new(picture, caption(captions)));
        tiles.collect::<Vec<_>>()
    };
    let grid = Grid {
        side: SIDE,
        column_titles,
        rows: vec![
            Row::new("all pixels", tiles(all, |captions| &captions.0)),
            Row::new("dead pixels", tiles(dead, |captions| &captions.1)),
        ],
    };
    let figure = shown.images(Figure {
        name: "lessons-dead-pixels".into(),
        title: "Where the error is, and how much of it the dead pixels cause".into(),
        alt: format!(
            "Maps of the error of each pixel of {}, and of the dead pixels alone",
            shown.names()
        ),
        caption: "Above: the squared error of each pixel, mean over the test images. Below: the dead \
                  pixels alone, which are 0 in every reconstruction although some image needs them, and \
                  their share of the error. The brightness is the square root of the error; white is the largest \
                  of all maps."
            .into(),
        notes: Vec::new(),
        sources: shown
            .first_seeds()
            .map(|seed| seed.array_source(arrays::PIXEL_ERRORS))
            .collect(),
        drawing: grid.draw()?,
    });
    Ok((text, figure))
}

/// An own experiment that differs from `experiment` in a sigmoid on the output alone.
fn twin<'a>(run: &'a Run, experiment: &ExperimentResults) -> Option<&'a ExperimentResults> {
    let Method::Autoencoder {
        model: ModelSpec::Dense(planned),
        training: planned_training,
    } = &experiment.settings().method
    else {
        return None;
    };
    run.own_experiments().find(|own| {
        let settings = own.settings();
        let Method::Autoencoder {
            model: ModelSpec::Dense(model),
            training,
        } = &settings.method
        else {
            return false;
        };
        let mut with_its_output = model.clone();
        with_its_output.output = planned.output;
        model.output == Activation::Sigmoid
            && with_its_output == *planned
            && training == planned_training
            && settings.data == experiment.settings().data
            && own.first().has_array(arrays::PIXEL_ERRORS)
    })
}

/// Each model's error beside that of PCA with as many components as its code has numbers, and as many
/// as are alive.
fn beside_pca(all: &Selection) -> Result<Block, Error> {
    let pca = all
        .rows()
        .find(|e| e.is_pca() && e.first().has_array(arrays::SSE_BY_COMPONENTS));
    let by_components = match pca {
        Some(pca) => pca.first().values(arrays::SSE_BY_COMPONENTS)?,
        None => Vec::new(),
    };
    let mut rows = Vec::new();
    for experiment in all.rows() {
        let size = experiment.settings().method.code_size();
        let live = experiment.first().live_code_units()?.unwrap_or(size);
        rows.push((experiment, size, live));
    }
    type Line<'a> = &'a (&'a ExperimentResults, usize, usize);
    let of_pca = |components: usize| {
        let index = components.checked_sub(1);
        or_none(index.and_then(|index| by_components.get(index).copied()), 2)
    };
    let table = Columns::new()
        .words("experiment", |(e, ..): Line| e.id())
        .numbers("numbers of the code", |(_, size, _)| size.to_string())
        .numbers("live", |(.., live)| live.to_string())
        .numbers("error", |(e, ..)| {
            e.number(2, |seed| seed.evaluation.corrected.test.sse)
        })
        .numbers("PCA of as many numbers", |(_, size, _)| of_pca(*size))
        .numbers("PCA of as many live ones", |(.., live)| of_pca(*live))
        .numbers("dead pixels", |(e, ..)| tables::dead_pixels(e))
        .table(
            "Beside PCA of equal size",
            "Errors: SSE of the test set. A dash: no PCA of that size was measured.",
            &rows,
        );
    Ok(all.table("evaluation.json", table))
}
