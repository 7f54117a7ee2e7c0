//! What a reader must know beside a figure: faults of the notebook, settings that are not the
//! assignment's, dead models.

use std::collections::BTreeSet;

use experiment::{ModelSpec, Protocol};
use serde::Serialize;

use crate::{
    format::join,
    run::{ExperimentResults, SeedResults},
};

/// Something that a reader must know to interpret a figure or a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Note {
    pub label: &'static str,
    pub text: String,
}

impl Note {
    pub fn new(label: &'static str, text: impl Into<String>) -> Self {
        let text = text.into();
        Note { label, text }
    }
}

/// The notebook fed the models images of the wrong scale.
const WRONG_SCALE: &str = "models trained on pixels from 0 to 1 are given the raw image of 0 to 255, \
    at which the learned biases hardly matter.";
/// The notebook projected without centering.
const NOT_CENTERED: &str = "PCA was fitted on centered images, but projects the test image without \
    subtracting the mean.";
/// The notebook's noise was too small to see.
pub const INVISIBLE_NOISE: &str = "noise of standard deviation 0.3 to 0.9 is added to pixels of 0 \
    to 255. That changes nothing visible, so the test says nothing about denoising.";
/// The notebook's error for convolutional models has a sign.
const SIGNED_ERROR: &str = "the “reconstruction error” of the convolutional models is the sum of all \
    entries of the matrix product A A, where A is the 28 x 28 residual divided by 255. It can be \
    negative, and errors cancel, so it is not an error. The squared error is shown as well.";
/// The notebook concluded from too little.
pub const TEN_IMAGES: &str = "these conclusions rest on ten test images at most, and on one run of \
    each model.";

/// A note that names a fault of the notebook.
pub fn notebook_fault(text: &str) -> Note {
    Note::new("Fault of the notebook", text)
}

/// The faults of the notebook's evaluation that affect these experiments.
pub fn evaluation_faults(protocol: Protocol, shown: &[&ExperimentResults]) -> Vec<Note> {
    if protocol == Protocol::Corrected {
        return Vec::new();
    }
    let is_convolutional = |e: &&ExperimentResults| {
        let model = e.settings().method.model();
        matches!(model, Some(ModelSpec::Convolutional(_)))
    };
    let faults = [
        (shown.iter().any(|e| !e.is_pca()), WRONG_SCALE),
        (shown.iter().any(|e| e.is_pca()), NOT_CENTERED),
        (shown.iter().any(is_convolutional), SIGNED_ERROR),
    ];
    let applying = faults.into_iter().filter(|(applies, _)| *applies);
    applying.map(|(_, text)| notebook_fault(text)).collect()
}

/// A note that lists the experiments whose settings are not the assignment's, with the differences.
pub fn other_settings(shown: &[&ExperimentResults]) -> Option<Note> {
    let different = shown.iter().filter(|e| !e.differences.is_empty());
    let text = grouped(different.map(|e| (e.id().into(), e.differences.join(", "))))?;
    Some(Note::new("Not the assignment's settings", text))
}

/// Which seeds of an experiment are shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Seeds {
    First,
    All,
}

/// The label of notes on dead models.
const DEAD: &str = "CONSTANT OUTPUT";

/// Leaves a note on dead models out of these lists where an earlier one has it.
pub fn said_once<'a>(lists: impl Iterator<Item = &'a mut Vec<Note>>) {
    let mut said = BTreeSet::new();
    for list in lists {
        list.retain(|note| note.label != DEAD || said.insert(note.text.clone()));
    }
}

/// A note that names the models that are dead.
pub fn dead_here(shown: &[&ExperimentResults], seeds: Seeds) -> Option<Note> {
    let names = shown.iter().filter_map(|experiment| match seeds {
        Seeds::First => experiment
            .first()
            .is_dead()
            .then(|| experiment.id().to_owned()),
        Seeds::All => experiment.name_where(SeedResults::is_dead),
    });
    let names = join(names, ", ");
    (!names.is_empty()).then(|| Note::new(DEAD, format!("{names}.")))
}

/// A note on each way in which models died.
pub fn dead_models(shown: &[&ExperimentResults], seeds: Seeds) -> Vec<Note> {
    let name =
        |experiment: &ExperimentResults, predicate: &dyn Fn(&SeedResults) -> bool| match seeds {
            Seeds::First => predicate(experiment.first()).then(|| experiment.id().to_owned()),
            Seeds::All => experiment.name_where(predicate),
        };
    let constant = shown.iter().filter_map(|experiment| {
        let name = name(experiment, &SeedResults::is_dead)?;
        Some((name, "every image gets the same reconstruction".into()))
    });
    let stopped = shown.iter().flat_map(|experiment| {
        let epochs: BTreeSet<usize> = experiment.seeds.iter().filter_map(stopped_after).collect();
        epochs.into_iter().filter_map(|epoch| {
            let name = name(experiment, &|seed| stopped_after(seed) == Some(epoch))?;
            let text =
                format!("stopped early after epoch {epoch}, because all gradients were zero");
            Some((name, text))
        })
    });
    let constant = grouped(constant).map(|text| Note::new(DEAD, text));
    let stopped = grouped(stopped).map(|text| Note::new("Training", text));
    constant.into_iter().chain(stopped).collect()
}

/// The epoch after which training was stopped early.
fn stopped_after(seed: &SeedResults) -> Option<usize> {
    seed.evaluation.health.stopped_after_epoch
}

/// One sentence from (name, property) pairs, where names with one property share it: "a, b: what is
/// true of them; c: what is true of it."
pub fn grouped(properties: impl Iterator<Item = (String, String)>) -> Option<String> {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for (name, property) in properties {
        match groups.iter_mut().find(|(known, _)| *known == property) {
            Some((_, names)) => names.push(name),
            None => groups.push((property, vec![name])),
        }
    }
    let clause = |(property, names): &(_, Vec<_>)| format!("{}: {property}", names.join(", "));
    (!groups.is_empty()).then(|| format!("{}.", join(groups.iter().map(clause), "; ")))
}
