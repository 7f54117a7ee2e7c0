use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// `run.json`: what the results depend on besides the experiments' own settings. A folder never
/// mixes two.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    /// Version of this program.
    pub version: String,
    /// Version of libtorch.
    pub libtorch: String,
    /// `cpu` or `cuda`.
    pub device: String,
    /// Threads of each experiment.
    pub threads: usize,
    /// Where it ran.
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
    /// Name of the processor as it gives it.
    pub processor: String,
    /// Instruction sets of the processor that results can depend on, e.g. `avx512f`. None in
    /// records of versions that did not ask.
    #[serde(default)]
    pub features: Vec<String>,
    /// Processors that the run could use.
    pub processors: usize,
}
