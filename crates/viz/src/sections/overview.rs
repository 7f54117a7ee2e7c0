//! What was run, and all experiments at a glance.

use std::collections::BTreeSet;

use experiment::Protocol;

use super::shared::{
    losses,
    tables::{dead_pixels, dead_units},
};
use crate::{
    format::{NONE, join, mean, or_none},
    report::{Block, Cell, Columns, Section, Selection, Table},
    run::{ExperimentResults, Run, SeedResults, Source},
};

pub fn section(run: &Run) -> Section {
    Section {
        id: "overview",
        title: "Overview",
        text: "Models are evaluated in two ways. The “assignment” protocol does what the notebook \
               did, faults included, so that its printed numbers can be compared. The “corrected” \
               protocol gives the same models pixels from 0 to 1, as in training, and also measures \
               on the whole test set."
            .into(),
        blocks: vec![summary(run), Block::Table(about(run))],
    }
}

/// What was run, and on which machine.
fn about(run: &Run) -> Table {
    let record = &run.record;
    let machine = &record.machine;
    let machine = format!(
        "{}, {} processors, {} {}",
        machine.processor, machine.processors, machine.system, machine.architecture
    );
    let seeds = run.experiments().flat_map(ExperimentResults::seed_numbers);
    let seeds: BTreeSet<u64> = seeds.collect();
    let found = run.assignment.iter().filter(|e| run.get(&e.id).is_some());
    let found = format!("{} of {}", found.count(), run.assignment.len());
    let custom = run.custom_experiments().count();
    let mut rows = vec![
        ("program", format!("version {}", record.version)),
        ("libtorch", record.libtorch.clone()),
        ("device", record.device.clone()),
        ("threads of each experiment", record.threads.to_string()),
        ("machine", machine),
        ("seeds", join(seeds, ", ")),
        ("experiments of the assignment", found),
        ("custom experiments", custom.to_string()),
    ];
    let digests = record.data.iter();
    rows.extend(digests.map(|(file, digest)| (file.as_str(), format!("SHA-256 {digest}"))));
    let caption = "The digests are of the data files' decompressed content.";
    let mut table = Columns::new()
        .words("what", |(what, _): &(&str, String)| *what)
        .words("value", |(_, value)| value)
        .table("What was run", caption, &rows);
    table.sources.push(Source::new("run.json"));
    table
}

/// All experiments at a glance: the assignment's, missing ones included, then the custom ones.
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
    let planned: Vec<&str> = if run.is_custom_only() {
        Vec::new()
    } else {
        run.assignment.iter().map(|e| e.id.as_str()).collect()
    };
    let mut selection = Selection::new(run, &planned);
    selection.experiments.extend(run.custom_experiments());
    let caption = "Loss: mean training loss of the last epoch. Assignment: squared error of the ten \
                   samples under the assignment protocol, their mean. To the right of both, the \
                   notebook's number. SSE, PSNR and SSIM: corrected protocol; squared error summed \
                   over the 784 pixels, peak signal-to-noise ratio in dB and structural similarity \
                   (Wang et al., 2004: Gaussian window of 11 x 11 pixels with sigma 1.5, K1 0.01, K2 \
                   0.03); means over the test images unless stated otherwise. Dead units: hidden \
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

fn state(experiment: &ExperimentResults) -> String {
    let dead = experiment.seeds.iter().filter(|seed| seed.is_dead());
    let mut state = Vec::new();
    match (dead.count(), experiment.seeds.len()) {
        (0, _) => {}
        (_, 1) => state.push("CONSTANT OUTPUT".to_owned()),
        (dead, all) => state.push(format!("CONSTANT OUTPUT ({dead} of {all} seeds)")),
    }
    let mut health = experiment.seeds.iter().map(|seed| &seed.evaluation.health);
    if health
        .clone()
        .any(|health| health.stopped_after_epoch.is_some())
    {
        state.push("stopped early".to_owned());
    }
    if health.any(|health| health.loss_stalled) {
        state.push("loss stalled".to_owned());
    }
    if !experiment.differences.is_empty() {
        state.push("other settings".to_owned());
    }
    if state.is_empty() {
        state.push("complete".to_owned());
    }
    state.join(", ")
}
