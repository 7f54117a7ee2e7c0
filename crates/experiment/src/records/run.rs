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
    /// SHA-256 of the decompressed content of each data file that was read, by its path in the
    /// data folder.
    pub data: BTreeMap<String, String>,
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
