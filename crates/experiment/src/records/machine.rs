//! `machine.json`: the machines that an experiment was computed on.

use std::fmt::{self, Display};

use serde::{Deserialize, Serialize};

/// A machine that computed an experiment. Equal settings give equal bits on machines of one type, see
/// [`Machine::is_of_type`]: the instruction sets decide the order of sums and the rounding of products.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Number of processors that the run could use; no result depends on it.
    pub processors: usize,
}

impl Machine {
    /// Whether both machines are of one type. A record of an older version names no features, and is of
    /// any.
    pub fn is_of_type(&self, other: &Machine) -> bool {
        let features_are_known = !self.features.is_empty() && !other.features.is_empty();
        self.system == other.system
            && self.architecture == other.architecture
            && self.processor == other.processor
            && (self.features == other.features || !features_are_known)
    }
}

impl Display for Machine {
    /// Its type in words: `Xeon, linux x86_64, avx2 fma`.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Machine {
            system,
            architecture,
            processor,
            features,
            ..
        } = self;
        write!(f, "{processor}, {system} {architecture}")?;
        if !features.is_empty() {
            write!(f, ", {}", features.join(" "))?;
        }
        Ok(())
    }
}
