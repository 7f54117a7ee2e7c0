//! The top of the report: what was run, and all experiments of the assignment at a glance.

use std::collections::BTreeSet;

use experiment::Protocol;

use crate::{
    notebook::printed,
    notes::{dead_models, other_settings},
    numbers::{NONE, decimals, mean, or_none},
    parts::tables::{final_loss, mean_error, ratio},
    report::{Cell, Column, Missing, Note, Source, Table},
    run::{Finished, Run},
};

/// What a reader must know before any figure.
pub fn notes(run: &Run) -> Vec<Note> {
    let finished: Vec<&Finished> = run.finished().collect();
    let unfinished: Vec<&str> = run.unfinished().map(|e| e.id.as_str()).collect();
    let mut notes: Vec<Note> = other_settings(&finished).into_iter().collect();
    notes.extend(dead_models(&finished));
    if !unfinished.is_empty() {
        notes.push(Note {
            label: "Begun, not finished",
            text: format!("{}.", unfinished.join(", ")),
        });
    }
    notes
}

/// The assignment's experiments that are not there.
pub fn missing(run: &Run) -> Option<Missing> {
    let planned = run.assignment.iter().map(|planned| planned.id.as_str());
    let experiments = run.absent(planned.clone());
    let ids: Vec<&str> = planned.filter(|id| run.get(id).is_none()).collect();
    (!ids.is_empty()).then(|| Missing {
        experiments,
        command: format!("cargo xtask all --only {}", ids.join(",")),
    })
}

/// What was run, on what.
pub fn about(run: &Run) -> Table {
    let record = &run.record;
    let machine = &record.machine;
    let seeds: BTreeSet<u64> = run.finished().map(|e| e.settings.seed).collect();
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
        ("seed", seeds.join(", ")),
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
        sources: vec![Source("run.json".into())],
    }
}

/// All experiments of the assignment at a glance.
pub fn summary(run: &Run) -> Table {
    let columns = vec![
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
        Column::numbers("dead units"),
        Column::numbers("dead pixels"),
    ];
    let rows = run
        .assignment
        .iter()
        .map(|planned| match run.get(&planned.id) {
            Some(finished) => summary_row(finished),
            None => {
                let reason = run.absence(&planned.id);
                let state = reason.map_or("missing".into(), |reason| format!("missing: {reason}"));
                let mut row: Vec<Cell> = vec![planned.id.as_str().into(), state.into()];
                row.resize(columns.len(), NONE.into());
                row
            }
        });
    Table {
        title: "All experiments of the assignment".into(),
        caption:
            "Loss: mean training loss of the last epoch. Assignment: squared error of the ten \
                  samples under the assignment protocol, their mean. To the right of both, the \
                  notebook's figure. SSE, PSNR and SSIM, corrected protocol: squared error summed \
                  over the 784 pixels, peak signal-to-noise ratio in dB and structural similarity; \
                  means over the 10,000 test images where not said otherwise. Dead units: hidden \
                  units that are 0 for every test image; dead pixels: output pixels that are 0 in \
                  every reconstruction although some image lights them. Each name leads to the \
                  file of these numbers; the losses are in metrics.jsonl beside it."
                .into(),
        rows: rows.collect(),
        columns,
        notes: Vec::new(),
        sources: Vec::new(),
    }
}

fn summary_row(finished: &Finished) -> Vec<Cell> {
    let notebook = printed(finished.id());
    let last = finished.epoch_losses().last().copied();
    let samples = notebook.samples.as_ref();
    let samples = samples.and_then(|errors| mean(errors.iter().copied()));
    let test = &finished.evaluation.corrected.test;
    let health = &finished.evaluation.health;
    vec![
        Cell {
            text: finished.id().into(),
            link: Some(finished.source("evaluation.json")),
        },
        state(finished).into(),
        or_none(last, 4).into(),
        or_none(final_loss(notebook), 4).into(),
        ratio(last, final_loss(notebook)).into(),
        or_none(mean_error(finished, Protocol::Assignment), 4).into(),
        or_none(samples, 4).into(),
        or_none(mean_error(finished, Protocol::Corrected), 4).into(),
        decimals(test.sse, 4).into(),
        or_none(test.psnr, 2).into(),
        decimals(test.ssim, 4).into(),
        match health.hidden_units {
            0 => NONE.into(),
            units => format!("{} of {units}", health.dead_hidden_units).into(),
        },
        health.dead_output_pixels.to_string().into(),
    ]
}

fn state(finished: &Finished) -> String {
    let health = &finished.evaluation.health;
    let mut state = Vec::new();
    if health.constant_output {
        state.push("CONSTANT OUTPUT".to_owned());
    }
    if let Some(epoch) = health.stopped_after_epoch {
        state.push(format!("stopped early after epoch {epoch}"));
    }
    if !finished.differences.is_empty() {
        state.push("other settings".to_owned());
    }
    if state.is_empty() {
        state.push("complete".to_owned());
    }
    state.join(", ")
}
