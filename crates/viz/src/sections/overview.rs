//! What was run, and all experiments at a glance.

use std::collections::BTreeSet;

use experiment::Protocol;

use super::shared::{
    losses,
    tables::{dead_cells, dead_columns},
};
use crate::{
    format::{NONE, mean, or_none},
    report::{Block, Cell, Column, Section, Selection, Table},
    run::{ExperimentResults, Run, SeedResults, Source},
};

/// Both tables.
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
    let seeds: BTreeSet<u64> = run
        .experiments()
        .flat_map(ExperimentResults::seed_numbers)
        .collect();
    let seed_names: Vec<String> = seeds.iter().map(u64::to_string).collect();
    let found = run.assignment.iter().filter(|e| run.get(&e.id).is_some());
    let mut rows = vec![
        ("program", format!("version {}", record.version)),
        ("libtorch", record.libtorch.clone()),
        ("device", record.device.clone()),
        ("threads of each experiment", record.threads.to_string()),
        (
            "machine",
            format!(
                "{}, {} processors, {} {}",
                machine.processor, machine.processors, machine.system, machine.architecture
            ),
        ),
        ("seeds", seed_names.join(", ")),
        (
            "experiments of the assignment",
            format!("{} of {}", found.count(), run.assignment.len()),
        ),
        (
            "custom experiments",
            run.custom_experiments().count().to_string(),
        ),
    ];
    let digests = record.data.iter();
    rows.extend(digests.map(|(file, digest)| (file.as_str(), format!("SHA-256 {digest}"))));
    Table {
        title: "What was run".into(),
        caption: "The digests are of the data files' decompressed content.".into(),
        columns: vec![Column::words("what"), Column::words("value")],
        rows: rows
            .into_iter()
            .map(|(what, value)| vec![what.into(), value.into()])
            .collect(),
        notes: Vec::new(),
        sources: vec![Source::new("run.json")],
    }
}

/// All experiments at a glance: the assignment's, missing ones included, then the custom ones.
fn summary(run: &Run) -> Block {
    let mut columns = vec![
        Column::words("experiment"),
        Column::words("state"),
        Column::numbers("loss"),
        Column::numbers("notebook"),
        Column::numbers("ratio"),
        Column::numbers("assignment, ten samples"),
        Column::numbers("notebook"),
        Column::numbers("SSE, ten samples"),
        Column::numbers("SSE, test set"),
        Column::numbers("PSNR"),
        Column::numbers("SSIM"),
    ];
    columns.extend(dead_columns());
    let planned: Vec<&str> = if run.is_custom_only() {
        Vec::new()
    } else {
        run.assignment.iter().map(|e| e.id.as_str()).collect()
    };
    let of_assignment = planned.iter().map(|&id| match run.get(id) {
        Some(experiment) => summary_row(experiment),
        None => {
            let reason = run.missing_reason(id);
            let state = reason.map_or("missing".into(), |reason| format!("missing: {reason}"));
            let mut row: Vec<Cell> = vec![id.into(), state.into()];
            row.resize(columns.len(), NONE.into());
            row
        }
    });
    let rows = of_assignment
        .chain(run.custom_experiments().map(summary_row))
        .collect();
    let mut selection = Selection::new(run, &planned);
    selection.experiments.extend(run.custom_experiments());
    let table = Table {
        title: "All experiments at a glance".into(),
        caption:
            "Loss: mean training loss of the last epoch. Assignment: squared error of the ten \
                  samples under the assignment protocol, their mean. To the right of both, the \
                  notebook's number. SSE, PSNR and SSIM: corrected protocol; squared error summed \
                  over the 784 pixels, peak signal-to-noise ratio in dB and structural similarity \
                  (Wang et al., 2004: Gaussian window of 11 x 11 pixels with sigma 1.5, K1 0.01, K2 \
                  0.03); means over the test images unless stated otherwise. Dead units: \
                  hidden units that are 0 for every test image. Dead pixels: output pixels that are \
                  0 in every reconstruction although they are nonzero in some image. Each name links to \
                  the file of these numbers; the losses are in metrics.jsonl beside it."
                .into(),
        rows,
        columns,
        notes: Vec::new(),
        sources: selection.sources("evaluation.json"),
    };
    if selection.is_empty() {
        Block::Table(table)
    } else {
        selection.table(table)
    }
}

fn summary_row(experiment: &ExperimentResults) -> Vec<Cell> {
    let notebook = experiment.printed();
    let samples = notebook
        .samples
        .as_ref()
        .and_then(|errors| mean(errors.iter().copied()));
    let test = |seed: &SeedResults| seed.evaluation.corrected.test;
    let mut row = vec![
        Cell::linked(
            experiment.id(),
            experiment.first().source("evaluation.json").path,
        ),
        state(experiment).into(),
        experiment.number(4, SeedResults::last_loss).into(),
        or_none(losses::of_notebook(notebook), 4).into(),
        losses::ratio(
            experiment.mean_std(SeedResults::last_loss),
            losses::of_notebook(notebook),
        )
        .into(),
        experiment
            .number(4, |seed| {
                seed.evaluation.mean_sample_error(Protocol::Assignment)
            })
            .into(),
        or_none(samples, 4).into(),
        experiment
            .number(4, |seed| {
                seed.evaluation.mean_sample_error(Protocol::Corrected)
            })
            .into(),
        experiment.number(4, |seed| Some(test(seed).sse)).into(),
        experiment.number(2, |seed| test(seed).psnr).into(),
        experiment.number(4, |seed| Some(test(seed).ssim)).into(),
    ];
    row.extend(dead_cells(experiment));
    row
}

fn state(experiment: &ExperimentResults) -> String {
    let dead = experiment
        .seeds
        .iter()
        .filter(|seed| seed.is_dead())
        .count();
    let mut state = Vec::new();
    match (dead, experiment.seeds.len()) {
        (0, _) => {}
        (_, 1) => state.push("CONSTANT OUTPUT".to_owned()),
        (dead, all) => state.push(format!("CONSTANT OUTPUT ({dead} of {all} seeds)")),
    }
    let stopped = |seed: &SeedResults| seed.evaluation.health.stopped_after_epoch.is_some();
    if experiment.seeds.iter().any(stopped) {
        state.push("stopped early".to_owned());
    }
    let stalled = |seed: &SeedResults| seed.evaluation.health.loss_stalled;
    if experiment.seeds.iter().any(stalled) {
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
