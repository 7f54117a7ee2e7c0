//! Tables of settings, errors and scores.

use experiment::{Health, Protocol, Scores, Setting};

use super::figures::sample_titles;
use crate::{
    format::{NONE, decimals},
    report::{Block, Cell, Column, Selection, Table, evaluation_faults},
    run::{ExperimentResults, SeedResults},
};

/// The settings of each experiment: a column for each that is notable in any of them, and the seeds.
pub fn settings(selection: &Selection) -> Block {
    let described: Vec<(&ExperimentResults, Vec<Setting>)> = selection
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
        caption: settings_caption(&names),
        columns,
        rows: rows.collect(),
        notes: Vec::new(),
        sources: selection.sources("experiment.json"),
    })
}

/// Explains those of the shown settings that need it.
fn settings_caption(names: &[&str]) -> String {
    let explanations = [
        (
            "sparsity weight",
            "Sparsity weight: the weight of the sum of |code| in the loss. ",
        ),
        (
            "corruption",
            "Corruption: a change of the training inputs alone, whose pixels are from 0 to 1. ",
        ),
    ];
    let mut caption: String = explanations
        .into_iter()
        .filter(|(name, _)| names.contains(name))
        .map(|(_, explanation)| explanation)
        .collect();
    caption += "Settings for which all of these experiments have the default are not shown.";
    caption
}

/// The errors of the ten samples under the assignment protocol, beside those that the notebook
/// printed.
pub fn sample_comparison(selection: &Selection) -> Block {
    let mut columns = vec![Column::numbers("test image")];
    let mut rows: Vec<Vec<Cell>> = sample_titles()
        .into_iter()
        .map(|title| vec![title.into()])
        .collect();
    for experiment in &selection.experiments {
        columns.push(Column::numbers(experiment.id()));
        for (sample, row) in rows.iter_mut().enumerate() {
            let error = |seed: &SeedResults| {
                Some(seed.evaluation.sample_errors(Protocol::Assignment)[sample])
            };
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
    columns.extend(dead_columns());
    let rows = selection.experiments.iter().map(|experiment| {
        let ten = experiment.number(4, |seed| {
            seed.evaluation.mean_sample_error(Protocol::Corrected)
        });
        let mut row = vec![experiment.id().into(), ten.into()];
        row.extend(score_cells(experiment, |seed| {
            seed.evaluation.corrected.test
        }));
        row.extend(dead_cells(experiment));
        row
    });
    selection.table(Table {
        title: "Scores, corrected protocol".into(),
        caption: format!(
            "{} Each is the mean over the test images, the first column over the ten samples.",
            score_meanings()
        ),
        columns,
        rows: rows.collect(),
        notes: Vec::new(),
        sources: selection.sources("evaluation.json"),
    })
}

/// What the columns of [`score_columns`] mean.
pub fn score_meanings() -> String {
    meanings(
        Scores::COLUMNS
            .iter()
            .map(|score| (score.title, score.meaning)),
    )
}

/// "Name: meaning. Name: meaning."
pub fn meanings<'a>(columns: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let meanings: Vec<String> = columns
        .map(|(name, meaning)| format!("{}: {meaning}.", capitalized(name)))
        .collect();
    meanings.join(" ")
}

fn capitalized(text: &str) -> String {
    let mut rest = text.chars();
    rest.next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .chain(rest)
        .collect()
}

/// The columns of [`score_cells`].
pub fn score_columns() -> impl Iterator<Item = Column> {
    Scores::COLUMNS
        .iter()
        .map(|score| Column::numbers(score.title))
}

/// All scores of some images under the corrected protocol.
pub fn score_cells(
    experiment: &ExperimentResults,
    scores: impl Fn(&SeedResults) -> Scores,
) -> impl Iterator<Item = Cell> {
    Scores::COLUMNS.iter().map(move |score| {
        experiment
            .number(score.decimals, |seed| (score.value)(&scores(seed)))
            .into()
    })
}

/// The columns of [`dead_cells`].
pub fn dead_columns() -> [Column; 2] {
    ["dead units", "dead pixels"].map(Column::numbers)
}

/// How many hidden units and output pixels are dead.
pub fn dead_cells(experiment: &ExperimentResults) -> [Cell; 2] {
    [
        dead_units(experiment).into(),
        dead_pixels(experiment).into(),
    ]
}

/// "3 of 256", or a dash for a model without units that can die.
pub fn dead_units(experiment: &ExperimentResults) -> String {
    match experiment.first().evaluation.health.hidden_units {
        0 => NONE.into(),
        all => format!(
            "{} of {all}",
            count(experiment, |health| health.dead_hidden_units)
        ),
    }
}

/// How many output pixels are dead.
pub fn dead_pixels(experiment: &ExperimentResults) -> String {
    count(experiment, |health| health.dead_output_pixels)
}

fn count(experiment: &ExperimentResults, value: fn(&Health) -> usize) -> String {
    let count = experiment.mean_std(|seed| Some(value(&seed.evaluation.health) as f64));
    count.map_or(NONE.into(), |count| {
        count.to_text(if count.std.is_some() { 1 } else { 0 })
    })
}
