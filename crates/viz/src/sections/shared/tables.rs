//! The tables that several parts have in common.

use experiment::{Protocol, Scores, Setting};

use super::figures::{sample_errors, sample_heads};
use crate::{
    format::{NONE, decimals, mean},
    report::notes::evaluation_faults,
    report::page::{Block, Cell, Column, Table},
    report::selection::Selection,
    run::experiment::Finished,
    run::seed::Trained,
    sections::health,
};

/// The settings of each experiment: a column for each that is notable in any of them, and the seeds.
pub fn settings(selection: &Selection) -> Block {
    let described: Vec<(&Finished, Vec<Setting>)> = selection
        .experiments
        .iter()
        .map(|experiment| (*experiment, experiment.settings().describe()))
        .collect();
    let mut names: Vec<&str> = Vec::new();
    for setting in described.iter().flat_map(|(_, settings)| settings) {
        if setting.is_notable && !names.contains(&setting.name) {
            names.push(setting.name);
        }
    }
    let rows = described.iter().map(|(experiment, settings)| {
        let value = |name: &&str| {
            let setting = settings.iter().find(|setting| setting.name == *name);
            setting.map_or(NONE.to_owned(), |setting| setting.value.clone())
        };
        let seeds: Vec<String> = experiment
            .seeds
            .iter()
            .map(|seed| seed.settings.seed.to_string())
            .collect();
        let mut row: Vec<Cell> = vec![experiment.id().into()];
        row.extend(names.iter().map(|name| value(name).into()));
        row.push(seeds.join(", ").into());
        row
    });
    let mut columns = vec![Column::words("experiment")];
    columns.extend(names.iter().map(|name| Column::words(*name)));
    columns.push(Column::numbers("seed"));
    selection.plain_table(Table {
        title: "Settings".into(),
        caption: "Corruption: of the training inputs, pixels being from 0 to 1. Sparsity weight: that \
                  of the sum of |code| in the loss. Settings that all of these experiments leave at \
                  their default are not shown."
            .into(),
        columns,
        rows: rows.collect(),
        notes: Vec::new(),
        sources: selection.sources("experiment.json"),
    })
}

/// The errors of the ten samples under the assignment protocol, each beside the notebook's where
/// it printed one.
pub fn sample_comparison(selection: &Selection) -> Block {
    let mut columns = vec![Column::numbers("test image")];
    let mut rows: Vec<Vec<Cell>> = sample_heads()
        .into_iter()
        .map(|head| vec![head.into()])
        .collect();
    for experiment in &selection.experiments {
        columns.push(Column::numbers(experiment.id()));
        for (sample, row) in rows.iter_mut().enumerate() {
            let error = |seed: &Trained| Some(sample_errors(seed, Protocol::Assignment)[sample]);
            row.push(experiment.number(4, error).into());
        }
        if let Some(errors) = &experiment.printed().samples {
            columns.push(Column::numbers("notebook"));
            for (row, error) in rows.iter_mut().zip(errors) {
                row.push(decimals(*error, 4).into());
            }
        }
    }
    selection.table(Table {
        title: "Ten samples, assignment protocol".into(),
        caption: "Sum over the 784 pixels of ((x − x̂) / 255)², x from 0 to 255. To the right of \
                  an experiment, what the notebook printed for it."
            .into(),
        columns,
        rows,
        notes: evaluation_faults(Protocol::Assignment, &selection.experiments),
        sources: selection.sources("evaluation.json"),
    })
}

/// The scores of the ten samples and of the whole test set under the corrected protocol.
pub fn scores(selection: &Selection) -> Block {
    let mut columns = vec![
        Column::words("experiment"),
        Column::numbers("SSE, ten samples"),
    ];
    columns.extend(score_columns());
    columns.extend(health::columns());
    let rows = selection.experiments.iter().map(|experiment| {
        let ten = experiment.number(4, |seed| mean_error(seed, Protocol::Corrected));
        let mut row = vec![experiment.id().into(), ten.into()];
        row.extend(score_cells(experiment, |seed| {
            seed.evaluation.corrected.test
        }));
        row.extend(health::cells(experiment));
        row
    });
    selection.table(Table {
        title: "Scores, corrected protocol".into(),
        caption: format!(
            "{SCORES} Each is the mean over the 10,000 test images, the first column over the ten \
             samples."
        ),
        columns,
        rows: rows.collect(),
        notes: Vec::new(),
        sources: selection.sources("evaluation.json"),
    })
}

/// What the columns of [`score_columns`] mean.
pub const SCORES: &str = "SSE: squared error summed over the 784 pixels, x from 0 to 1. MSE: \
    averaged over them. PSNR: in dB. SSIM: structural similarity.";

/// The columns of [`score_cells`].
pub fn score_columns() -> [Column; 4] {
    ["SSE", "MSE", "PSNR", "SSIM"].map(Column::numbers)
}

/// Scores under the corrected protocol.
pub fn score_cells(experiment: &Finished, scores: impl Fn(&Trained) -> Scores) -> [Cell; 4] {
    [
        experiment.number(4, |seed| Some(scores(seed).sse)).into(),
        experiment.number(6, |seed| Some(scores(seed).mse)).into(),
        experiment.number(2, |seed| scores(seed).psnr).into(),
        experiment.number(4, |seed| Some(scores(seed).ssim)).into(),
    ]
}

/// The mean of the ten samples' squared errors.
pub fn mean_error(trained: &Trained, protocol: Protocol) -> Option<f64> {
    mean(sample_errors(trained, protocol).into_iter())
}
