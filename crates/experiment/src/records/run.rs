//! `run.json`: the conditions of a run.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Machine;

/// What all results of a run folder depend on besides the experiments' settings. A folder has one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    /// Version of this program.
    pub version: String,
    /// Version of libtorch, as the loaded library says it.
    pub libtorch: String,
    /// The folder that it was loaded from when this record was made, where the system says so; another
    /// folder is no other condition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub libtorch_folder: Option<String>,
    /// `cpu` or `cuda`.
    pub device: String,
    /// The machine of all experiments, in folders of older versions. Now each experiment has its own
    /// `machine.json`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub machine: Option<Machine>,
    /// The images of the experiments, by [`Data::key`](crate::Data::key).
    pub data: BTreeMap<String, DataRecord>,
    /// The plan of a sweep, which several processes work on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanRecord>,
}

/// The plan of a sweep: the first lines of `plan.jsonl`. Lines after them are not planned yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanRecord {
    /// How many experiments it has, a line each.
    pub experiments: usize,
    /// SHA-256 of these lines, 64 hexadecimal digits.
    pub sha256: String,
}

/// The images of some experiments of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataRecord {
    /// What texts call them: the name of a known set, or a path.
    pub name: String,
    /// The size of an image, `[C, R, W]`: channels, rows and columns.
    pub shape: [usize; 3],
    /// How many images there are to train on.
    pub training_images: usize,
    /// How many images there are to test with.
    pub test_images: usize,
    /// How many of all images were kept for testing, because they have no test set of their own;
    /// their choice depends on their number only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_out: Option<usize>,
    /// The minimum and the maximum of the training images as they are in their files.
    pub values: [f32; 2],
    /// The labels of the training images, or the names of their folders; empty without labels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<String>,
    /// What a user may want to know about the images.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// SHA-256 of the content of each file that was read, decompressed if it was compressed, by
    /// its path in the folder of the images. A folder of many files has one digest of all.
    pub files: BTreeMap<String, String>,
}
