//! The images of some experiments, and the names of the sets that are known.

use experiment::{Data, DataRecord, Shape};

use super::{evaluation_images::EvaluationImages, training_set::TrainingSet};

/// The sets that an experiment can name, with what texts call them.
pub(super) const KNOWN_SETS: [(&str, &str); 6] = [
    (Data::MNIST, "MNIST"),
    ("fashion-mnist", "Fashion-MNIST"),
    ("kmnist", "KMNIST"),
    ("emnist-letters", "EMNIST Letters"),
    ("emnist-balanced", "EMNIST Balanced"),
    ("qmnist", "QMNIST"),
];

/// What texts call the known set of this name; `None` if there is no such set.
pub fn title(name: &str) -> Option<&'static str> {
    let known = KNOWN_SETS.iter().find(|(known, _)| *known == name);
    known.map(|(_, title)| *title)
}

/// The images of some experiments.
#[derive(Debug)]
pub struct DataSet {
    /// What is recorded of them.
    pub record: DataRecord,
    /// What models are trained on.
    pub training: TrainingSet,
    /// The images that evaluations show to models.
    pub evaluation: EvaluationImages,
}

impl DataSet {
    /// The size of an image.
    pub fn shape(&self) -> Shape {
        self.training.shape()
    }
}
