//! All models in one table, by their test error.

use experiment::{Setting, thousands};

use super::group::Group;
use crate::{
    error::Error,
    format::{NONE, decimals, join},
    report::{Block, Cell, Columns, Note},
    run::{ExperimentResults, SeedResults, varying},
    sections::shared::tables::state,
};

/// The maximum number of settings that have a column each.
const MAX_COLUMNS: usize = 5;

/// With fewer test images, a note says so.
const FEW_IMAGES: usize = 30;

/// A row of the table.
struct Entry<'a> {
    place: usize,
    experiment: &'a ExperimentResults,
    settings: Vec<Setting>,
    /// Live units of the code and all, of the first seed.
    code: String,
}

/// The ranking with the settings that vary, and what each model costs.
pub fn table(group: &Group) -> Result<Block, Error> {
    let mut entries = Vec::new();
    for (place, experiment) in (1..).zip(&group.ranked) {
        entries.push(Entry {
            place,
            experiment,
            settings: settings(experiment),
            code: code_units(experiment.first())?,
        });
    }
    let varying = varying(entries.iter().map(|entry| entry.settings.as_slice()));
    let best = group.ranked.first().map_or(f64::NAN, |e| e.test_error());
    let mut columns = Columns::new()
        .numbers("", |entry: &Entry| entry.place.to_string())
        .words("experiment", |entry| {
            let e = entry.experiment;
            Cell::linked(e.id(), e.first().source("evaluation.json").path)
        })
        .numbers("SSE", |entry| {
            entry
                .experiment
                .number(3, |seed| seed.evaluation.corrected.test.sse)
        })
        .numbers("of the best", |entry| {
            // Of an error of 0, nothing is a share.
            let ratio =
                Some(entry.experiment.test_error() / best).filter(|ratio| ratio.is_finite());
            ratio.map_or(NONE.to_owned(), |ratio| {
                format!("{}\u{a0}%", decimals(ratio * 100.0, 0))
            })
        });
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
                .filter(|name| entry.place == 1 || differs(name));
            let texts =
                differing.map(|name| format!("{name} {}", value(entry, name).unwrap_or(NONE)));
            join(texts, "; ")
        });
    }
    let columns = columns
        .numbers("PSNR", |entry| {
            entry
                .experiment
                .number(2, |seed| seed.evaluation.corrected.test.psnr)
        })
        .numbers("SSIM", |entry| {
            entry
                .experiment
                .number(3, |seed| seed.evaluation.corrected.test.ssim)
        })
        .numbers("code", |entry| entry.code.as_str())
        .numbers("parameters", |entry| parameters(entry.experiment))
        .numbers("seconds", |entry| seconds(entry.experiment))
        .words("engine", |entry| engine(entry.experiment).to_owned())
        .words("state", |entry| state(entry.experiment));
    let mut caption = format!(
        "SSE: {}, mean over the {} test images; PSNR and SSIM: peak signal-to-noise ratio in dB and \
         structural similarity, means over the same images. Code: the numbers of a code that are not \
         the same for all images, of all of its numbers. Seconds: of training, on the machine below. \
         Engine: what computed it; autograd takes every model, and is slower than the others.",
        group.measure,
        thousands(group.data.test_images),
    );
    caption += match varying.as_slice() {
        [] if entries.len() == 1 => "",
        [] => " The experiments have the same settings.",
        _ => " Of the settings, those that differ between the experiments are shown.",
    };
    let title = format!("Test error on {}", group.full_name);
    let selection = group.selection(&group.ranked);
    let mut table = columns.table(&title, caption, &entries);
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

/// What computed the training.
fn engine(experiment: &ExperimentResults) -> &str {
    let training = experiment.first().evaluation.training.as_ref();
    training.map_or(NONE, |training| &training.engine)
}

/// The settings of an experiment, and its seeds.
fn settings(experiment: &ExperimentResults) -> Vec<Setting> {
    let mut settings = experiment.settings().describe();
    settings.push(Setting {
        name: "seed",
        value: join(experiment.seed_numbers(), ", "),
        is_notable: true,
    });
    settings
}

fn value<'a>(entry: &'a Entry, name: &str) -> Option<&'a str> {
    let setting = entry.settings.iter().find(|setting| setting.name == name);
    setting.map(|setting| setting.value.as_str())
}

/// "28 of 30", or the size alone if no codes are saved.
fn code_units(seed: &SeedResults) -> Result<String, Error> {
    let all = thousands(seed.settings.method.code_size());
    Ok(match seed.live_code_units()? {
        Some(live) => format!("{}\u{a0}of\u{a0}{all}", thousands(live)),
        None => all,
    })
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
