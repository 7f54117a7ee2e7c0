//! All settings and numbers of each experiment, folded.

use experiment::{Scores, thousands};

use super::group::Group;
use crate::{
    error::Error,
    format::{MeanStd, join},
    report::{Block, Cell},
    run::{ExperimentResults, SeedResults},
    sections::shared::tables::{dead_pixels, dead_units},
};

/// A folded block for each experiment, in the order of the ranking.
///
/// # Errors
/// Saved arrays that cannot be read.
pub fn blocks(group: &Group) -> Result<Vec<Block>, Error> {
    let details = |experiment: &&ExperimentResults| {
        Ok(Block::Details {
            title: title(experiment),
            rows: rows(experiment)?,
        })
    };
    group.ranked.iter().map(details).collect()
}

/// What figures call it, and its id where that is another name.
fn title(experiment: &ExperimentResults) -> String {
    let (label, id) = (&experiment.label, experiment.id());
    if label.ends_with(id) {
        label.clone()
    } else {
        format!("{label}: {id}")
    }
}

fn rows(experiment: &ExperimentResults) -> Result<Vec<(String, Cell)>, Error> {
    let settings = experiment.settings().describe().into_iter();
    let mut rows: Vec<(String, Cell)> = settings
        .map(|setting| (setting.name.to_owned(), setting.value.into()))
        .collect();
    rows.push(("seed".into(), join(experiment.seed_numbers(), ", ").into()));
    for score in Scores::COLUMNS {
        let value = experiment.number(score.decimals, |seed| {
            (score.value)(&seed.evaluation.corrected.test)
        });
        rows.push((format!("{}, test set", score.title), value.into()));
    }
    let random = experiment.number(2, |seed| seed.evaluation.measures.random_sse);
    rows.push(("SSE, random images".into(), random.into()));
    rows.push(("dead hidden units".into(), dead_units(experiment).into()));
    rows.push(("dead output pixels".into(), dead_pixels(experiment).into()));
    if let Some(share) = dead_pixel_share(experiment)? {
        rows.push(("error in dead output pixels".into(), share.into()));
    }
    if let Some(warning) = experiment.first().evaluation.health.warning() {
        rows.push(("health".into(), warning.into()));
    }
    rows.extend(training(experiment));
    for file in ["experiment.json", "evaluation.json", "metrics.jsonl"] {
        let seed = experiment.first();
        if seed.path(file).exists() {
            rows.push(("file".into(), Cell::linked(file, seed.source(file).path)));
        }
    }
    Ok(rows)
}

/// The share of the test error that is in dead output pixels; `None` without such pixels.
fn dead_pixel_share(experiment: &ExperimentResults) -> Result<Option<String>, Error> {
    let has_dead = |seed: &&SeedResults| seed.evaluation.health.dead_output_pixels > 0;
    let mut percent = Vec::new();
    for seed in experiment.averaged_seeds().into_iter().filter(has_dead) {
        percent.extend(seed.dead_pixel_share()?.map(|share| share * 100.0));
    }
    Ok(MeanStd::of(&percent).map(|share| format!("{}\u{a0}%", share.to_text(1))))
}

/// What happened in the training of the first seed.
fn training(experiment: &ExperimentResults) -> Vec<(String, Cell)> {
    let Some(record) = &experiment.first().evaluation.training else {
        return Vec::new();
    };
    let counts = [
        ("trained on images", Some(record.images)),
        ("validation images", Some(record.validation_images)),
        (
            "stopped early after epoch",
            record.stopped_early_after_epoch,
        ),
        ("weights of epoch", record.best_epoch),
    ];
    let counts = counts.into_iter();
    counts
        .filter_map(|(name, count)| Some((name.to_owned(), thousands(count?).into())))
        .collect()
}
