//! What was run, and all experiments of the assignment at a glance.

use std::collections::BTreeSet;

use experiment::Protocol;

use crate::{
    format::{NONE, mean, or_none},
    report::page::{Block, Cell, Column, Section, Source, Table},
    report::selection::Selection,
    run::Run,
    run::experiment::Finished,
    run::seed::Trained,
    sections::health,
    sections::shared::{losses, tables::mean_error},
};

/// Both tables.
pub fn section(run: &Run) -> Section {
    Section {
        id: "overview",
        title: "Overview",
        text: "Models are evaluated in two ways. The “assignment” protocol does what the notebook \
               did, faults included, so that its printed figures can be compared. The “corrected” \
               protocol feeds the same models pixels from 0 to 1, as in training, and measures on \
               the whole test set too."
            .into(),
        blocks: vec![summary(run), Block::Table(about(run))],
    }
}

/// What was run, on what.
fn about(run: &Run) -> Table {
    let record = &run.record;
    let machine = &record.machine;
    let seeds: BTreeSet<u64> = run.finished().flat_map(Finished::seed_numbers).collect();
    let seeds: Vec<String> = seeds.iter().map(u64::to_string).collect();
    let there = run.assignment.iter().filter(|e| run.get(&e.id).is_some());
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
        ("seeds", seeds.join(", ")),
        (
            "experiments of the assignment",
            format!("{} of {}", there.count(), run.assignment.len()),
        ),
        ("other experiments", run.own().count().to_string()),
    ];
    let data = record.data.iter();
    rows.extend(data.map(|(file, digest)| (file.as_str(), format!("SHA-256 {digest}"))));
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

/// All experiments at a glance: the assignment's, also those that are missing, then the others.
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
    columns.extend(health::columns());
    let planned: Vec<&str> = match run.is_own() {
        true => Vec::new(),
        false => run.assignment.iter().map(|e| e.id.as_str()).collect(),
    };
    let of_assignment = planned.iter().map(|&id| match run.get(id) {
        Some(finished) => summary_row(finished),
        None => {
            let reason = run.absence(id);
            let state = reason.map_or("missing".into(), |reason| format!("missing: {reason}"));
            let mut row: Vec<Cell> = vec![id.into(), state.into()];
            row.resize(columns.len(), NONE.into());
            row
        }
    });
    let rows = of_assignment.chain(run.own().map(summary_row)).collect();
    let mut selection = Selection::new(run, &planned);
    selection.experiments.extend(run.own());
    let table = Table {
        title: "All experiments at a glance".into(),
        caption:
            "Loss: mean training loss of the last epoch. Assignment: squared error of the ten \
                  samples under the assignment protocol, their mean. To the right of both, the \
                  notebook's figure. SSE, PSNR and SSIM, corrected protocol: squared error summed \
                  over the 784 pixels, peak signal-to-noise ratio in dB and structural similarity (Wang et al., \
         2004: Gaussian window of 11 x 11 pixels with sigma 1.5, K1 0.01, K2 0.03); \
                  means over the 10,000 test images where not said otherwise. Dead units: hidden \
                  units that are 0 for every test image; dead pixels: output pixels that are 0 in \
                  every reconstruction although some image lights them. Each name leads to the \
                  file of these numbers; the losses are in metrics.jsonl beside it."
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

fn summary_row(experiment: &Finished) -> Vec<Cell> {
    let notebook = experiment.printed();
    let last = experiment.spread(losses::last).map(|spread| spread.mean);
    let samples = notebook.samples.as_ref();
    let samples = samples.and_then(|errors| mean(errors.iter().copied()));
    let test = |seed: &Trained| seed.evaluation.corrected.test;
    let mut row = vec![
        Cell::linked(
            experiment.id(),
            experiment.first().source("evaluation.json").path,
        ),
        state(experiment).into(),
        experiment.number(4, losses::last).into(),
        or_none(losses::of_notebook(notebook), 4).into(),
        losses::ratio(last, losses::of_notebook(notebook)).into(),
        experiment
            .number(4, |seed| mean_error(seed, Protocol::Assignment))
            .into(),
        or_none(samples, 4).into(),
        experiment
            .number(4, |seed| mean_error(seed, Protocol::Corrected))
            .into(),
        experiment.number(4, |seed| Some(test(seed).sse)).into(),
        experiment.number(2, |seed| test(seed).psnr).into(),
        experiment.number(4, |seed| Some(test(seed).ssim)).into(),
    ];
    row.extend(health::cells(experiment));
    row
}

fn state(experiment: &Finished) -> String {
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
    let stopped = |seed: &Trained| seed.evaluation.health.stopped_after_epoch.is_some();
    if experiment.seeds.iter().any(stopped) {
        state.push("stopped early".to_owned());
    }
    let stalled = |seed: &Trained| seed.evaluation.health.loss_stalled;
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
