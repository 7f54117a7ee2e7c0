//! `run.json`: the conditions of a run.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What all results of a run folder depend on besides the experiments' settings. A folder has one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    /// Version of this program.
    pub version: String,
    /// Version of libtorch.
    pub libtorch: String,
    /// `cpu` or `cuda`.
    pub device: String,
    /// Number of threads of each experiment.
    pub threads: usize,
    /// The machine it ran on.
    pub machine: Machine,
    /// The images of the experiments, by [`Data::key`](crate::Data::key).
    pub data: BTreeMap<String, DataRecord>,
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

/// The machine of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Machine {
    /// Operating system, e.g. `linux`.
    pub system: String,
    /// Instruction set, e.g. `x86_64`.
    pub architecture: String,
    /// Model name that the processor reports.
    pub processor: String,
    /// Instruction sets of the processor that results can depend on, e.g. `avx512f`. Empty in
    /// records of older versions.
    #[serde(default)]
    pub features: Vec<String>,
    /// Number of processors that the run could use.
    pub processors: usize,
}
