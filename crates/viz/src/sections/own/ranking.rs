//! All models in one table, by their score on the test images.

use std::collections::BTreeSet;

use experiment::{ScoreColumn, Scores, Setting, thousands};

use super::group::Group;
use crate::{
    error::Error,
    format::{NONE, decimals, join, or_none},
    report::{Block, Cell, Columns, Note, grouped},
    run::{ExperimentResults, SeedResults, varying},
    sections::shared::tables::state,
};

/// The maximum number of settings that have a column each.
const MAX_COLUMNS: usize = 5;

/// With fewer test images, a note says so.
const FEW_IMAGES: usize = 30;

/// A row of the table.
struct Entry<'a> {
    experiment: &'a ExperimentResults,
    settings: Vec<Setting>,
    /// How many units of the code are live, of the first seed; `None` if no codes are saved.
    live: Option<usize>,
}

/// The ranking with the settings that vary, and what each model costs.
pub fn table(group: &Group) -> Result<Block, Error> {
    let mut entries = Vec::new();
    for experiment in &group.ranked {
        entries.push(Entry {
            experiment,
            settings: experiment.described(),
            live: experiment.first().live_code_units()?,
        });
    }
    let varying = varying(entries.iter().map(|entry| entry.settings.as_slice()));
    let score = group.score;
    let best = entries
        .first()
        .map_or(f64::NAN, |first| test_score(first, &score));
    let columns = Columns::new().words("experiment", |entry: &Entry| {
        let e = entry.experiment;
        Cell::linked(&e.label, e.first().source("evaluation.json").path)
    });
    let columns = with_score(columns, score);
    let mut columns = if score.is_better_higher {
        columns.numbers("below the best", move |entry| {
            let below = best - test_score(entry, &score);
            or_none(
                Some(below).filter(|below| below.is_finite()),
                score.decimals,
            )
        })
    } else {
        columns.numbers("of the best", move |entry| {
            // Of an error of 0, nothing is a share.
            let ratio = test_score(entry, &score) / best;
            let ratio = Some(ratio).filter(|ratio| ratio.is_finite());
            ratio.map_or(NONE.to_owned(), |ratio| {
                format!("{}\u{a0}%", decimals(ratio * 100.0, 0))
            })
        })
    };
    if varying.len() <= MAX_COLUMNS {
        for &name in &varying {
            columns = columns.words(name, move |entry: &Entry| {
                value(entry, name).unwrap_or(NONE).to_owned()
            });
        }
    } else {
        let first = &entries[0];
        columns = columns.words("settings that differ from the best", |entry| {
            let differs = |name: &&&str| value(entry, name) != value(first, name);
            let differing = varying
                .iter()
                .filter(|name| std::ptr::eq(entry, first) || differs(name));
            let texts =
                differing.map(|name| format!("{name} {}", value(entry, name).unwrap_or(NONE)));
            join(texts, "; ")
        });
    }
    let others: Vec<ScoreColumn> = others(&score).collect();
    let columns = others.iter().copied().fold(columns, with_score);
    let has_validation = |e: &&ExperimentResults| e.first().validation_sse().is_some();
    let has_validation = group.ranked.iter().any(has_validation);
    let columns = if has_validation {
        columns.numbers("validation SSE", |entry: &Entry| {
            let decimals = Scores::SSE.decimals;
            entry
                .experiment
                .number(decimals, SeedResults::validation_sse)
        })
    } else {
        columns
    };
    let columns = columns
        .numbers("code", code_units)
        .numbers("parameters", |entry| parameters(entry.experiment))
        .numbers("seconds", |entry| seconds(entry.experiment));
    let trained = group.ranked.iter().filter(|e| !e.is_pca());
    let engines: BTreeSet<&str> = trained.map(|e| engine(e)).collect();
    let columns = if engines.len() > 1 {
        columns.words("engine", |entry| engine(entry.experiment).to_owned())
    } else {
        columns
    };
    let columns = columns.words("state", |entry| {
        match (state(entry.experiment), entry.live) {
            (state, Some(0)) if state == "complete" => "DEAD CODE".to_owned(),
            (state, Some(0)) => format!("DEAD CODE, {state}"),
            (state, _) => state,
        }
    });
    let shown = std::iter::once(&score).chain(&others);
    let meanings = shown.map(|score| format!("{}: {}", score.title, group.meaning(score)));
    let mut caption = format!(
        "{}; each the mean over the {} test images. Code: the numbers of a code that are not \
         the same for all images, of all of its numbers. Seconds: of training, on the machine below. {}",
        join(meanings, "; "),
        thousands(group.data.test_images),
        match engines.first() {
            Some(_) if engines.len() > 1 =>
                "Engine: what computed it; autograd takes every model, and is slower than the others."
                    .to_owned(),
            Some(engine) => format!("Computed by the engine {engine}."),
            None => String::new(),
        },
    );
    if has_validation {
        caption += " Validation SSE: the SSE of the training images that were held out, at the end of \
                    the training; settings are chosen by it, and never by the test images.";
    }
    caption += match varying.as_slice() {
        [] if entries.len() == 1 => "",
        [] => " The experiments have the same settings.",
        _ => " Of the settings, those that differ between the experiments are shown.",
    };
    let title = if score.is_better_higher {
        format!("{} of the test images of {}", score.title, group.full_name)
    } else {
        format!("Test error on {}", group.full_name)
    };
    let selection = group.selection(&group.ranked);
    let mut table = columns.table(&title, caption, &entries);
    let dead = entries.iter().filter(|entry| entry.live == Some(0));
    let dead = dead.map(|entry| {
        let text =
            "all test images have the same code, so that nothing of an image passes through it";
        (entry.experiment.label.clone(), text.to_owned())
    });
    table
        .notes
        .extend(grouped(dead).map(|text| Note::new("DEAD CODE", text)));
    let images = group.data.test_images;
    if images < FEW_IMAGES {
        let text = format!(
            "the errors are means over {images} images. With so few, a small difference between two \
             models may be chance."
        );
        table.notes.push(Note::new("Few test images", text));
    }
    Ok(selection.table("evaluation.json", table))
}

/// The scores that are shown besides the one of the ranking.
fn others(score: &ScoreColumn) -> impl Iterator<Item = ScoreColumn> {
    // The mean squared error orders models as the sum does.
    let is_shown = |other: &ScoreColumn| ![score.name, "mse"].contains(&other.name);
    Scores::COLUMNS.into_iter().filter(is_shown)
}

fn test_score(entry: &Entry, score: &ScoreColumn) -> f64 {
    entry.experiment.test_score(score)
}

/// Adds a column with a score of the test images.
fn with_score<'a>(
    columns: Columns<'a, &'a Entry<'a>>,
    score: ScoreColumn,
) -> Columns<'a, &'a Entry<'a>> {
    columns.numbers(score.title, move |entry: &Entry| {
        entry.experiment.number(score.decimals, |seed| {
            (score.value)(&seed.evaluation.corrected.test)
        })
    })
}

/// What computed the training.
fn engine(experiment: &ExperimentResults) -> &str {
    let training = experiment.first().evaluation.training.as_ref();
    training.map_or(NONE, |training| &training.engine)
}

fn value<'a>(entry: &'a Entry, name: &str) -> Option<&'a str> {
    let setting = entry.settings.iter().find(|setting| setting.name == name);
    setting.map(|setting| setting.value.as_str())
}

/// "28 of 30", or the size alone if no codes are saved.
fn code_units(entry: &Entry) -> String {
    let all = thousands(entry.experiment.settings().method.code_size());
    match entry.live {
        Some(live) => format!("{}\u{a0}of\u{a0}{all}", thousands(live)),
        None => all,
    }
}

fn parameters(experiment: &ExperimentResults) -> String {
    let model = experiment.settings().method.model();
    model.map_or(NONE.into(), |model| thousands(model.parameters()))
}

fn seconds(experiment: &ExperimentResults) -> String {
    if experiment.is_pca() {
        return NONE.into();
    }
    match experiment.mean_std(SeedResults::training_seconds) {
        Some(seconds) if seconds.mean < 0.1 => "< 0.1".into(),
        _ => experiment.number(1, SeedResults::training_seconds),
    }
}
