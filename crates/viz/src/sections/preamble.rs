//! What comes before any figure: what the report is, what a reader must know, what is missing.

use std::collections::BTreeSet;

use crate::{
    format::{count, join},
    report::{MissingExperiments, Note, Seeds, dead_models, grouped, other_settings},
    run::{Excluded, ExperimentResults, OpenedFolder, Run, images_name},
};

/// How many experiments of a machine are named.
const MAX_NAMED: usize = 10;

/// The title: what the models were trained on.
pub fn title(run: &Run) -> String {
    let mut names: Vec<String> = Vec::new();
    for experiment in run.experiments() {
        let name = images_name(&experiment.first().data);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    match names.len() {
        0 if run.of_assignment => "Autoencoders on MNIST".into(),
        0 => "Autoencoders".into(),
        1..=3 => format!("Autoencoders on {}", join(names, ", ")),
        count => format!("Autoencoders on {count} sets of images"),
    }
}

/// What the report is.
pub fn introduction(run: &Run) -> String {
    if run.of_assignment {
        return "An autoencoder squeezes an image through a code of a few numbers and draws it again from \
                them; this page shows every figure of an assignment on them, beside the numbers that its \
                notebook printed."
            .into();
    }
    let experiments = count(run.own_experiments().count(), "experiment");
    match run.folders.as_slice() {
        [_] => format!("{experiments}, compared: what was trained, and what came out."),
        several => format!(
            "{experiments} of the runs {}, compared: what was trained, and what came out.",
            join(several.iter().map(|folder| &folder.name), ", ")
        ),
    }
}

/// What a reader must know before any figure.
pub fn notes(run: &Run) -> Vec<Note> {
    let experiments: Vec<&ExperimentResults> = run.experiments().collect();
    let mut notes: Vec<Note> = Vec::new();
    notes.extend(partial(run));
    notes.extend(other_version(run));
    notes.extend(machines(run));
    notes.extend(other_settings(&experiments));
    notes.extend(not_judged(run));
    notes.extend(missing_seeds(&experiments));
    notes.extend(dead_models(&experiments, Seeds::All));
    notes.extend(damaged(run));
    notes.extend(failed(run));
    notes.extend(unfinished(run));
    notes
}

/// That a sweep is not at its end.
fn partial(run: &Run) -> Option<Note> {
    let (done, planned) = run.planned()?;
    let text = format!(
        "{done} of {planned} planned experiments are done, each seed counted. Rankings and means are of \
         these; `train status` says how far the others are."
    );
    (done < planned).then(|| Note::new("Partial", text))
}

/// That the results come from machines of several types.
fn machines(run: &Run) -> Option<Note> {
    let machines = run.machines();
    let several = machines.len() > 1;
    let listed = machines.into_iter().map(|(machine, names)| {
        let first = names.iter().take(MAX_NAMED).copied();
        let mut text = format!("{machine}: {}", join(first, ", "));
        if names.len() > MAX_NAMED {
            text += &format!(" and {} more", names.len() - MAX_NAMED);
        }
        text
    });
    let text = format!(
        "this report compares results from machines of several types. The bits of a result are promised \
         within one type only; between types, the last digits may differ, and a training can drift from \
         there. {}.",
        join(listed, "; ")
    );
    several.then(|| Note::new("Several types of machine", text))
}

/// That models of other epochs or images are not held against the notebook.
fn not_judged(run: &Run) -> Option<Note> {
    let text = "the assignment's models were trained for other epochs or on other images than it asks. \
                They say nothing about the notebook's observations, which are not tested here.";
    (run.of_assignment && run.is_of_other_length()).then(|| Note::new("Not judged", text))
}

/// A run by another version: its numbers may have been defined differently.
fn other_version(run: &Run) -> Option<Note> {
    let now = env!("CARGO_PKG_VERSION");
    let then = |folder: &&OpenedFolder| folder.record.version != now;
    let then: BTreeSet<&str> = run
        .folders
        .iter()
        .filter(then)
        .map(|f| f.record.version.as_str())
        .collect();
    let text = format!(
        "the run was made by version {}, and this report by version {now}: its descriptions of how \
         numbers were measured may not apply to that version.",
        join(&then, ", ")
    );
    (!then.is_empty()).then(|| Note::new("Other version", text))
}

/// Which experiments lack a seed that others have.
fn missing_seeds(experiments: &[&ExperimentResults]) -> Option<Note> {
    // PCA has one seed, and an own experiment may have been run with other seeds.
    let is_planned = |e: &&&ExperimentResults| e.of_assignment && !e.is_pca();
    let planned = || experiments.iter().filter(is_planned);
    let all: BTreeSet<u64> = planned().flat_map(|e| e.seed_numbers()).collect();
    let lacking = planned().filter_map(|experiment| {
        let seeds = &all - &experiment.seed_numbers();
        (!seeds.is_empty()).then(|| (experiment.id().to_owned(), join(seeds, ", ")))
    });
    Some(Note::new("Seeds missing", grouped(lacking)?))
}

/// Which experiments are damaged, and which of their files.
fn damaged(run: &Run) -> Option<Note> {
    let damage = |found: &Excluded| Some(format!("{}: {}", found.name(), found.damage.as_ref()?));
    let damaged = join(run.excluded().iter().filter_map(damage), "; ");
    let text = format!(
        "{damaged}. Once its folder is moved out of the run folder, the same command computes an \
         experiment again."
    );
    (!damaged.is_empty()).then(|| Note::new("Damaged, left out", text))
}

/// What a number that is not finite means for a training, and what helps.
const DIVERGED: &str = "Such a training diverged: its steps were too large, each made the loss larger, \
    and once a number is infinite or NaN, so is all that is computed from it. There is no model to \
    show, and the same settings fail in the same way. A smaller learning rate usually helps, and so do \
    gradient clipping and a warm-up. Delete the experiment's folder, or give it another id, to train it \
    with other settings.";
/// The same for PCA.
const PCA_NOT_FINITE: &str = "PCA is not trained: its images must hold numbers that are not finite or \
    too large.";

/// Which experiments were ended by a number that is not finite.
fn failed(run: &Run) -> Vec<Note> {
    let note = |is_pca, explanation: &str| {
        let excluded = run.excluded().iter();
        let failed = excluded.filter(|found| found.is_pca == is_pca);
        let failure =
            |found: &Excluded| Some(format!("{}: {}", found.name(), found.failure.as_ref()?));
        let failed = join(failed.filter_map(failure), "; ");
        let text = format!("{failed}. {explanation}");
        (!failed.is_empty()).then(|| Note::new("Failed, no results", text))
    };
    let notes = [note(false, DIVERGED), note(true, PCA_NOT_FINITE)];
    notes.into_iter().flatten().collect()
}

/// Which experiments were begun and not finished.
fn unfinished(run: &Run) -> Option<Note> {
    let is_unfinished = |found: &&Excluded| found.damage.is_none() && found.failure.is_none();
    let unfinished = run.excluded().iter().filter(is_unfinished);
    let names: Vec<_> = unfinished.map(Excluded::name).collect();
    let them = if names.len() == 1 { "it" } else { "them" };
    let names = join(names, ", ");
    let command = if run.of_assignment {
        "command"
    } else {
        "`train run` command"
    };
    let text = format!("{names}. The same {command} resumes {them}.");
    (!names.is_empty()).then(|| Note::new("Begun, not finished", text))
}

/// The assignment's experiments without results.
pub fn missing(run: &Run) -> Option<MissingExperiments> {
    if !run.of_assignment {
        return None;
    }
    let planned = run.assignment.iter().map(|planned| planned.id.as_str());
    let experiments = run.missing(planned.clone());
    let ids: Vec<&str> = planned.filter(|id| run.get(id).is_none()).collect();
    (!ids.is_empty()).then(|| MissingExperiments {
        experiments,
        command: format!("cargo xtask all --only {}", ids.join(",")),
    })
}
