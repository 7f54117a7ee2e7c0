//! What stands before any figure: what the report is, what a reader must know, what is missing.

use std::collections::BTreeSet;

use crate::{
    report::notes::{Seeds, dead_models, grouped, other_settings},
    report::page::{Missing, Note},
    run::Run,
    run::experiment::Finished,
};

/// What the report is.
pub fn introduction(run: &Run) -> &'static str {
    if run.is_own() {
        "Own experiments, from one run: what was trained, what came out, and how it was measured."
    } else {
        "Every figure of the assignment, from one run of its experiments. Where the assignment’s \
         notebook printed a figure, it stands beside ours."
    }
}

/// What a reader must know before any figure.
pub fn notes(run: &Run) -> Vec<Note> {
    let finished: Vec<&Finished> = run.finished().collect();
    let (unfinished, damaged) = (run.unfinished(), run.damaged());
    let mut notes: Vec<Note> = Vec::new();
    notes.extend(other_version(run));
    notes.extend(other_settings(&finished));
    notes.extend(missing_seeds(&finished));
    notes.extend(dead_models(&finished, Seeds::All));
    if !damaged.is_empty() {
        notes.push(Note {
            label: "Damaged, left out",
            text: format!(
                "{}. Once its folder is moved out of the run folder, the same command computes an \
                 experiment anew.",
                damaged.join("; ")
            ),
        });
    }
    if !unfinished.is_empty() {
        notes.push(Note {
            label: "Begun, not finished",
            text: format!("{}.", unfinished.join(", ")),
        });
    }
    notes
}

/// Measures may have been defined otherwise when the run was made.
fn other_version(run: &Run) -> Option<Note> {
    let (then, now) = (&run.record.version, env!("CARGO_PKG_VERSION"));
    (then != now).then(|| Note {
        label: "Other version",
        text: format!(
            "the run was made by version {then}, and this report by version {now}: what it says \
             of how numbers were measured may not be true of that version."
        ),
    })
}

/// Which experiments lack a seed that others have.
fn missing_seeds(finished: &[&Finished]) -> Option<Note> {
    // PCA has one seed, and an own experiment may have seeds of its own.
    let is_planned = |e: &&&Finished| e.of_assignment && !e.settings().method.is_pca();
    let planned = || finished.iter().filter(is_planned);
    let all: BTreeSet<u64> = planned().flat_map(|e| e.seed_numbers()).collect();
    let lacking = planned().filter_map(|experiment| {
        let seeds: Vec<String> = all
            .difference(&experiment.seed_numbers())
            .map(u64::to_string)
            .collect();
        (!seeds.is_empty()).then(|| (experiment.id().to_owned(), seeds.join(", ")))
    });
    let text = grouped(lacking)?;
    Some(Note {
        label: "Seeds missing",
        text,
    })
}

/// The assignment's experiments that are not there.
pub fn missing(run: &Run) -> Option<Missing> {
    if run.is_own() {
        return None;
    }
    let planned = run.assignment.iter().map(|planned| planned.id.as_str());
    let experiments = run.absent(planned.clone());
    let ids: Vec<&str> = planned.filter(|id| run.get(id).is_none()).collect();
    (!ids.is_empty()).then(|| Missing {
        experiments,
        command: format!("cargo xtask all --only {}", ids.join(",")),
    })
}
