//! What is known of a set beside its images, and what is recorded of it.

use std::collections::BTreeMap;

use durable_fs::hexadecimal;
use experiment::DataRecord;
use sha2::{Digest, Sha256};

use super::classes::Classes;
use crate::data::{
    data_set::DataSet, evaluation_images::EvaluationImages, training_set::TrainingSet,
};

/// What is known of a set beside its images.
pub(super) struct Description {
    /// What texts call it.
    pub(super) name: String,
    pub(super) classes: Classes,
    /// The minimum and the maximum of the numbers of the training images.
    pub(super) values: [f32; 2],
    /// Whether the test images were taken from those for training.
    pub(super) is_split: bool,
    /// Sentences.
    pub(super) notes: Vec<String>,
    /// The files with their digests.
    pub(super) files: BTreeMap<String, String>,
}

impl Description {
    /// The set, of these images.
    pub(super) fn data_set(self, training: TrainingSet, evaluation: EvaluationImages) -> DataSet {
        let shape = training.shape();
        let test_images = evaluation.test.len();
        DataSet {
            record: DataRecord {
                name: self.name,
                shape: [shape.channels, shape.rows, shape.columns],
                training_images: training.len(),
                test_images,
                held_out: self.is_split.then_some(test_images),
                values: self.values,
                classes: self.classes.names,
                notes: self.notes,
                files: digests(self.files),
            },
            training,
            evaluation,
        }
    }
}

/// The notes on both parts of a set, each once.
pub(super) fn notes_on(training: &[String], test: &[String]) -> Vec<String> {
    let mut notes = training.to_vec();
    for note in test {
        if !notes.contains(note) {
            notes.push(note.clone());
        }
    }
    notes
}

/// The values that become 0 and 1, with a note; `None` where the numbers of the training images, which
/// are from `low` to `high`, have a scale already.
pub(super) fn scale(
    [low, high]: [f32; 2],
    is_bytes: bool,
    notes: &mut Vec<String>,
) -> Option<[f32; 2]> {
    let scale = (!is_bytes && (low < 0.0 || high > 1.0)).then_some([low, high]);
    notes.extend(scale.map(scaled_note));
    scale
}

fn scaled_note([low, high]: [f32; 2]) -> String {
    format!("The values of the training images are from {low} to {high}; they are scaled to 0-1.")
}

/// The values that became 0 and 1, if the images of a run are floats that were scaled; bytes, and
/// floats from 0 to 1, have a scale already.
pub fn scaled_values(record: &DataRecord) -> Option<[f32; 2]> {
    let is_scaled = record.notes.contains(&scaled_note(record.values));
    is_scaled.then_some(record.values)
}

/// The digests as they are recorded: of many files, such as a folder of pictures, one of all paths
/// and digests.
fn digests(files: BTreeMap<String, String>) -> BTreeMap<String, String> {
    const MAX_FILES: usize = 16;
    if files.len() <= MAX_FILES {
        return files;
    }
    let mut all = Sha256::new();
    for (path, digest) in &files {
        all.update(path);
        all.update([0]);
        all.update(digest);
    }
    let name = format!("all {} files", files.len());
    BTreeMap::from([(name, hexadecimal(&all.finalize()))])
}
