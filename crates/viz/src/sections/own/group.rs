//! Experiments on the same images, which can be compared.

use experiment::{DataRecord, ScoreColumn, Scores};

use crate::{
    format::or_none,
    report::Selection,
    run::{ExperimentResults, Run, error_measure, images_name, short_name},
};

/// Own experiments on the same images.
pub struct Group<'a> {
    run: &'a Run,
    /// The images.
    pub data: &'a DataRecord,
    /// What titles call them.
    pub name: String,
    /// The same with their size.
    pub full_name: String,
    /// The end of the names of figures: empty for the first group.
    pub suffix: String,
    /// What they are ranked by, measured on the test images.
    pub score: ScoreColumn,
    /// By that score, the best first.
    pub ranked: Vec<&'a ExperimentResults>,
}

/// The errors in short; the ranking says what they are in full.
pub const SHORT_MEASURE: &str = "squared error";
/// The maximum number of models whose images are shown in one figure.
const MAX_SHOWN: usize = 20;
/// If there are more, so many of the best and of the worst are shown.
const BEST: usize = 10;
const WORST: usize = 3;

impl<'a> Group<'a> {
    /// The score in a few words.
    pub fn score_name(&self) -> &'static str {
        match self.score.name {
            name if name == Scores::SSE.name => SHORT_MEASURE,
            _ => self.score.title,
        }
    }

    /// What a score is, in full.
    pub fn meaning(&self, score: &ScoreColumn) -> String {
        match score.name {
            name if name == Scores::SSE.name => error_measure(self.data),
            _ => score.meaning.to_owned(),
        }
    }

    /// The score of a single image below its picture, where there is no room for all decimals.
    pub fn of_image(&self, scores: &Scores) -> String {
        or_none((self.score.value)(scores), self.score.decimals / 2)
    }

    /// Some of its experiments.
    pub fn selection(&self, experiments: &[&'a ExperimentResults]) -> Selection<'a> {
        Selection::of(self.run, experiments.to_vec())
    }

    /// The experiments whose images are shown: all of a few, or else the best and the worst.
    pub fn shown(&self) -> Vec<&'a ExperimentResults> {
        shown(self.ranked.clone())
    }

    /// A sentence that says which of the experiments are shown; empty if all are.
    pub fn selection_text(&self, all: usize) -> String {
        if all <= MAX_SHOWN {
            return String::new();
        }
        format!(" Of {all} models, the best {BEST} and the worst {WORST} are shown.")
    }
}

/// All of a few models, or else the best and the worst.
pub fn shown<T>(mut models: Vec<T>) -> Vec<T> {
    if models.len() > MAX_SHOWN {
        models.drain(BEST..models.len() - WORST);
    }
    models
}

/// The own experiments of a run by their images, in the order of the first of each by name.
pub fn groups(run: &Run) -> Vec<Group<'_>> {
    let mut groups = Vec::new();
    for (number, ranked) in (1..).zip(run.rankings()) {
        let data = &*ranked[0].first().data;
        groups.push(Group {
            run,
            data,
            name: short_name(data),
            full_name: images_name(data),
            score: run.score,
            suffix: match number {
                1 => String::new(),
                _ => format!("-{number}"),
            },
            ranked,
        });
    }
    groups
}
