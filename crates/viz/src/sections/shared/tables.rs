//! Tables of settings, errors and scores.

use experiment::{Health, Protocol, SAMPLE_COUNT, Scores, Setting};

use super::figures::sample_title;
use crate::{
    format::{NONE, join, or_none},
    report::{Block, Columns, Selection},
    run::{ExperimentResults, SeedResults},
};

/// The settings of each experiment: a column for each that is notable in any of them, and the seeds.
pub fn settings(selection: &Selection) -> Block {
    let described: Vec<(&ExperimentResults, Vec<Setting>)> = selection
        .rows()
        .map(|experiment| (experiment, experiment.settings().describe()))
        .collect();
    let mut names: Vec<&str> = Vec::new();
    for setting in described.iter().flat_map(|(_, settings)| settings) {
        if setting.is_notable && !names.contains(&setting.name) {
            names.push(setting.name);
        }
    }
    type Described<'a> = &'a (&'a ExperimentResults, Vec<Setting>);
    let mut columns = Columns::new().words("experiment", |(e, _): Described| e.id());
    for &name in &names {
        columns = columns.words(name, move |(_, settings)| {
            let setting = settings.iter().find(|setting| setting.name == name);
            setting.map_or(NONE, |setting| &setting.value)
        });
    }
    let seeds = |e: &ExperimentResults| join(e.seeds.iter().map(|s| s.settings.seed), ", ");
    let columns = columns.numbers("seed", |(e, _)| seeds(e));
    let table = columns.table("Settings", settings_caption(&names), &described);
    selection.plain_table("experiment.json", table)
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
    let shown = explanations.iter().filter(|(name, _)| names.contains(name));
    let mut caption: String = shown.map(|(_, explanation)| *explanation).collect();
    caption += "Settings for which all of these experiments have the default are not shown.";
    caption
}

/// The errors of the ten samples under the assignment protocol, beside those that the notebook
/// printed.
pub fn sample_comparison(selection: &Selection) -> Block {
    let mut columns = Columns::new().numbers("test image", sample_title);
    for experiment in selection.rows() {
        columns = columns.numbers(experiment.id(), move |sample| {
            let errors = |s: &SeedResults| s.evaluation.sample_errors(Protocol::Assignment);
            experiment.number(4, |seed| errors(seed).get(sample).copied())
        });
        if let Some(errors) = &experiment.printed().samples {
            columns = columns.numbers("notebook", |sample| or_none(errors.get(sample).copied(), 4));
        }
    }
    let caption = "The notebook's squared error. To the right of an experiment, what the notebook printed \
                   for it.";
    let table = columns.table("Ten samples, assignment protocol", caption, 0..SAMPLE_COUNT);
    selection.table("evaluation.json", table)
}

/// The scores of the ten samples and of the whole test set under the corrected protocol.
pub fn scores(selection: &Selection) -> Block {
    let columns = Columns::of_experiments().means("SSE, ten samples", 4, |seed| {
        seed.evaluation.mean_sample_error(Protocol::Corrected)
    });
    let columns = with_scores(columns, |e| e, |_, seed| seed.evaluation.corrected.test);
    let caption = "Each is the mean over the test images, the first column over the ten samples.";
    let table = columns
        .numbers("dead units", dead_units)
        .numbers("dead pixels", dead_pixels)
        .table("Scores, corrected protocol", caption, selection.rows());
    selection.table("evaluation.json", table)
}

/// "Name: meaning. Name: meaning."
pub fn meanings<'a>(columns: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let meaning = |(name, meaning)| format!("{}: {meaning}.", capitalized(name));
    join(columns.map(meaning), " ")
}

pub fn capitalized(text: &str) -> String {
    let mut rest = text.chars();
    let first = rest.next().into_iter().flat_map(char::to_uppercase);
    first.chain(rest).collect()
}

/// Adds a column for each score of the images that a row is about, under the corrected protocol.
pub fn with_scores<'a, R: Copy + 'a, S: Into<Option<Scores>>>(
    columns: Columns<'a, R>,
    experiment: fn(R) -> &'a ExperimentResults,
    scores: impl Fn(R, &SeedResults) -> S + Copy + 'a,
) -> Columns<'a, R> {
    Scores::COLUMNS.iter().fold(columns, |columns, score| {
        columns.numbers(score.title, move |row| {
            let value = |seed: &SeedResults| (score.value)(&scores(row, seed).into()?);
            experiment(row).number(score.decimals, value)
        })
    })
}

/// "3 of 256", or a dash for a model without units that can die.
pub fn dead_units(experiment: &ExperimentResults) -> String {
    match experiment.first().evaluation.health.hidden_units {
        0 => NONE.into(),
        all => {
            let dead = count(experiment, |health| health.dead_hidden_units);
            format!("{dead} of {all}")
        }
    }
}

/// How many output pixels are dead, or a dash for PCA.
pub fn dead_pixels(experiment: &ExperimentResults) -> String {
    if experiment.is_pca() {
        return NONE.into();
    }
    count(experiment, |health| health.dead_output_pixels)
}

fn count(experiment: &ExperimentResults, value: fn(&Health) -> usize) -> String {
    let count = experiment.mean_std(|seed| value(&seed.evaluation.health) as f64);
    count.map_or(NONE.into(), |count| {
        count.to_text(if count.std.is_some() { 1 } else { 0 })
    })
}

/// What is wrong with a model in a few words; "complete" if nothing is.
pub fn state(experiment: &ExperimentResults) -> String {
    let dead = experiment.seeds.iter().filter(|seed| seed.is_dead());
    let mut state = Vec::new();
    match (dead.count(), experiment.seeds.len()) {
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
