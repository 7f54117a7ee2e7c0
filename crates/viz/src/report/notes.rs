//! What a reader must know beside a figure: the notebook's faults, settings that are not the
//! assignment's, models that died, experiments that are not there.

use std::collections::BTreeSet;

use experiment::{ModelSpec, Protocol};

use crate::{report::page::Note, run::experiment::Finished, run::seed::Trained};

/// The notebook fed the models images of the wrong scale.
pub const WRONG_SCALE: &str = "models trained on pixels from 0 to 1 are fed the raw image of 0 to \
    255, at which the biases that they learnt hardly count.";
/// The notebook projected without centring.
pub const NOT_CENTRED: &str = "PCA was fitted on centred images, but projects the test image \
    without subtracting the mean.";
/// The notebook's noise was too small to see.
pub const INVISIBLE_NOISE: &str = "noise of standard deviation 0.3 to 0.9 is added to pixels of 0 \
    to 255. That changes nothing visible, so the test says nothing about denoising.";
/// The notebook's error for convolutional models has a sign.
pub const SIGNED_ERROR: &str = "the “reconstruction error” of the convolutional models is the sum \
    of all entries of the matrix product A A, with A the 28 x 28 residual divided by 255. It can \
    be negative, and errors cancel: it measures no error. The squared error is shown as well.";
/// The notebook concluded from too little.
pub const TEN_IMAGES: &str = "these conclusions rest on ten test images at most, and on one \
    run of each model.";

/// Notes that name a fault of the notebook.
pub fn fault(text: &str) -> Note {
    Note {
        label: "Fault of the notebook",
        text: text.into(),
    }
}

/// The faults of the notebook's way of evaluating that touch these experiments.
pub fn evaluation_faults(protocol: Protocol, shown: &[&Finished]) -> Vec<Note> {
    let mut faults = Vec::new();
    if protocol == Protocol::Assignment {
        let is_pca = |e: &&&Finished| e.settings().method.is_pca();
        let fitted = shown.iter().filter(is_pca).count();
        if fitted < shown.len() {
            faults.push(fault(WRONG_SCALE));
        }
        if fitted > 0 {
            faults.push(fault(NOT_CENTRED));
        }
        let convolutional = |e: &&Finished| {
            matches!(
                e.settings().method.model(),
                Some(ModelSpec::Convolutional(_))
            )
        };
        if shown.iter().any(convolutional) {
            faults.push(fault(SIGNED_ERROR));
        }
    }
    faults
}

/// A note that lists which experiments differ from the assignment's, and in what.
pub fn other_settings(shown: &[&Finished]) -> Option<Note> {
    let different = shown.iter().filter(|e| !e.differences.is_empty());
    let text = grouped(different.map(|e| (e.id().into(), e.differences.join(", "))))?;
    Some(Note {
        label: "Not the assignment's settings",
        text,
    })
}

/// Which seeds are shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Seeds {
    /// The first one.
    First,
    /// All.
    All,
}

/// A note on each way in which models died.
pub fn dead_models(shown: &[&Finished], seeds: Seeds) -> Vec<Note> {
    let name = |experiment: &Finished, is_so: &dyn Fn(&Trained) -> bool| match seeds {
        Seeds::First => is_so(experiment.first()).then(|| experiment.id().to_owned()),
        Seeds::All => experiment.name_where(is_so),
    };
    let constant = shown.iter().filter_map(|experiment| {
        let name = name(experiment, &Trained::is_dead)?;
        Some((name, "every image gets the same reconstruction".into()))
    });
    let stopped = shown.iter().flat_map(|experiment| {
        let epochs: BTreeSet<usize> = experiment.seeds.iter().filter_map(stopped_after).collect();
        epochs.into_iter().filter_map(|epoch| {
            let name = name(experiment, &|seed| stopped_after(seed) == Some(epoch))?;
            let text = format!("stopped early after epoch {epoch}, all gradients being zero");
            Some((name, text))
        })
    });
    let note = |label, text: Option<String>| text.map(|text| Note { label, text });
    [
        note("CONSTANT OUTPUT", grouped(constant)),
        note("Training", grouped(stopped)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// After which epoch training ended before its time.
fn stopped_after(trained: &Trained) -> Option<usize> {
    trained.evaluation.health.stopped_after_epoch
}

/// "a, b: what is true of them; c: what is true of it."
pub fn grouped(properties: impl Iterator<Item = (String, String)>) -> Option<String> {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for (name, property) in properties {
        match groups.iter_mut().find(|(known, _)| *known == property) {
            Some((_, names)) => names.push(name),
            None => groups.push((property, vec![name])),
        }
    }
    let sentences: Vec<String> = groups
        .iter()
        .map(|(property, names)| format!("{}: {property}", names.join(", ")))
        .collect();
    (!sentences.is_empty()).then(|| format!("{}.", sentences.join("; ")))
}
