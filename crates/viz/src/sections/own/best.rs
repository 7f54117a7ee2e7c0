//! The best models in a sentence.

use super::group::{Group, groups};
use crate::{
    format::join,
    run::{ExperimentResults, Run},
};

/// The number of models that are named.
const NAMED: usize = 3;

/// The best own experiments on each set of images, and the worst.
pub fn best_models(run: &Run) -> String {
    match groups(run).as_slice() {
        [] => "No experiment has results.".into(),
        groups => join(groups.iter().map(of_group), " "),
    }
}

fn of_group(group: &Group) -> String {
    let score = group.score;
    let value = |e: &&ExperimentResults| {
        let value = e.number(score.decimals, |seed| {
            (score.value)(&seed.evaluation.corrected.test)
        });
        format!("{} ({value})", e.label)
    };
    let best = join(group.ranked.iter().take(NAMED).map(value), ", ");
    let worst = group.ranked.iter().skip(NAMED).last();
    let worst = worst.map_or(String::new(), |e| format!("; the worst: {}", value(e)));
    let which = match group.ranked.len() {
        1 => "The model",
        _ => "The best models",
    };
    format!(
        "{which} on {}, by the {} of an image, mean over the test images: {best}{worst}.",
        group.full_name,
        group.score_name()
    )
}
