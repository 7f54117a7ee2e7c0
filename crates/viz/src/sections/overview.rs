//! All experiments of the assignment at a glance.

use experiment::{Protocol, Scores};

use super::shared::{
    losses,
    tables::{capitalized, dead_pixels, dead_units, meanings, state},
};
use crate::{
    format::{NONE, mean, or_none},
    report::{
        Block, Cell, Columns, INVISIBLE_NOISE, Note, Section, Selection, TEN_IMAGES,
        evaluation_faults, notebook_fault,
    },
    run::{ExperimentResults, Run, SeedResults},
};

pub fn section(run: &Run) -> Section {
    Section {
        id: "overview",
        title: "Overview, and how errors are measured",
        text: String::new(),
        blocks: vec![
            Block::fold("All experiments in one table", vec![summary(run)]),
            Block::Points {
                points: measures(run),
            },
            Block::fold(
                "What is wrong with the notebook's evaluation",
                vec![Block::Points {
                    points: faults(run),
                }],
            ),
        ],
    }
}

/// The errors and the two protocols, defined once for all figures and tables.
fn measures(run: &Run) -> Vec<Note> {
    let scores = Scores::COLUMNS.iter();
    let mut points = vec![
        Note::new(
            "Corrected protocol",
            "The models get pixels from 0 to 1, as in training, and are measured on the whole test set \
             too. Figures show this one unless they say otherwise; black is 0, white 1, and what is \
             outside is clipped. Curves and points show their values under the pointer.",
        ),
        Note::new(
            "Its scores",
            format!(
                "{} SSIM is that of Wang et al. (2004): Gaussian window of 11 x 11 pixels with sigma 1.5, \
                 K1 0.01, K2 0.03.",
                meanings(scores.map(|score| (score.title, score.meaning)))
            ),
        ),
        Note::new(
            "Assignment protocol",
            "What the notebook did, faults included, so that its printed numbers can be compared. Its \
             squared error is the sum over the 784 pixels of ((x − x̂) / 255)², x from 0 to 255.",
        ),
    ];
    points.push(Note::new(
        "Training and its curves",
        "An optimizer such as Adam changes the weights after each batch of images, so that the loss \
         falls: the difference between images and reconstructions. Thin lines are the loss of each \
         batch, thick ones the mean of each epoch, rings the notebook's.",
    ));
    if Selection::all(run).has_several_seeds() {
        points.push(Note::new(
            "Several seeds",
            "Where there are several seeds, the first is shown in images. Numbers are means over the living \
             seeds, or over all where none is alive.",
        ));
    }
    points
}

/// What the faults are called.
const ORDINALS: [&str; 5] = ["First", "Second", "Third", "Fourth", "Fifth"];

/// Each fault of the notebook that concerns the models of this run.
fn faults(run: &Run) -> Vec<Note> {
    let planned: Vec<_> = run.experiments().filter(|e| e.of_assignment).collect();
    let mut faults = evaluation_faults(Protocol::Assignment, &planned);
    faults.push(notebook_fault(INVISIBLE_NOISE));
    faults.push(notebook_fault(TEN_IMAGES));
    let numbered = ORDINALS.into_iter().zip(faults);
    numbered
        .map(|(ordinal, fault)| Note::new(ordinal, capitalized(&fault.text)))
        .collect()
}

/// All experiments at a glance: the assignment's, missing ones included.
fn summary(run: &Run) -> Block {
    let columns = Columns::new()
        .words("experiment", |e: &ExperimentResults| {
            Cell::linked(e.id(), e.first().source("evaluation.json").path)
        })
        .words("state", state)
        .means("loss", 4, SeedResults::last_loss)
        .numbers("notebook", |e| or_none(losses::of_notebook(e), 4))
        .numbers("ratio", losses::last_ratio)
        .means("assignment, ten samples", 4, |seed| {
            seed.evaluation.mean_sample_error(Protocol::Assignment)
        })
        .numbers("notebook", |e| or_none(notebook_samples(e), 4))
        .means("SSE, ten samples", 4, |seed| {
            seed.evaluation.mean_sample_error(Protocol::Corrected)
        })
        .means("SSE, test set", 4, |seed| {
            seed.evaluation.corrected.test.sse
        })
        .means("PSNR", 2, |seed| seed.evaluation.corrected.test.psnr)
        .means("SSIM", 4, |seed| seed.evaluation.corrected.test.ssim)
        .numbers("dead units", dead_units)
        .numbers("dead pixels", dead_pixels);
    let planned: Vec<&str> = run.assignment.iter().map(|e| e.id.as_str()).collect();
    let selection = Selection::new(run, &planned);
    let caption = "Loss: mean training loss of the last epoch. Assignment: squared error of the ten \
                   samples under the assignment protocol, their mean. To the right of both, the \
                   notebook's number. SSE, PSNR and SSIM: corrected protocol, means over the \
                   test images unless stated otherwise. Dead units: hidden \
                   units that are 0 for every test image. Dead pixels: output pixels that are 0 in \
                   every reconstruction although they are nonzero in some image. Each name links to \
                   the file of these numbers; the losses are in metrics.jsonl beside it.";
    let mut table = columns.table("All experiments at a glance", caption, selection.rows());
    // The assignment's experiments come first, in its order, with those that are missing.
    for (index, id) in planned.into_iter().enumerate() {
        if run.get(id).is_none() {
            let reason = run.missing_reason(id);
            let state = reason.map_or("missing".into(), |reason| format!("missing: {reason}"));
            let mut row: Vec<Cell> = vec![id.into(), state.into()];
            row.resize_with(table.columns.len(), || NONE.into());
            table.rows.insert(index, row);
        }
    }
    if selection.is_empty() {
        Block::Table(table)
    } else {
        selection.table("evaluation.json", table)
    }
}

/// The mean error of the ten samples that the notebook printed.
fn notebook_samples(experiment: &ExperimentResults) -> Option<f64> {
    let errors = experiment.printed().samples.as_ref()?;
    mean(errors.iter().copied())
}
