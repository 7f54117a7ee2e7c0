//! The machine that computes: its type decides the last bits of results.

use std::{fs, thread};

use experiment::{ExperimentFolder, Machine};

use crate::Error;

/// This machine.
pub fn this() -> Machine {
    Machine {
        system: std::env::consts::OS.into(),
        architecture: std::env::consts::ARCH.into(),
        processor: processor(),
        features: features(),
        processors: thread::available_parallelism().map_or(1, usize::from),
    }
}

/// Records in `folder` that this machine computes the experiment from now on. The machines before it stay
/// on the list if their training is resumed.
pub(super) fn record(folder: &ExperimentFolder) -> Result<(), Error> {
    let this = this();
    let mut machines = Vec::new();
    if folder.resume_path().exists() {
        machines = folder.machines()?;
    }
    if machines.last().is_none_or(|last| !last.is_of_type(&this)) {
        machines.push(this);
        folder.write_machines(&machines)?;
    }
    Ok(())
}

/// The processor's name as the system gives it, or "unknown".
fn processor() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    text.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(key, _)| key.trim() == "model name")
        .map_or("unknown".into(), |(_, name)| name.trim().to_owned())
}

/// The instruction sets of this processor that decide which kernels libtorch and this program take,
/// and with them the order of sums and the rounding of products. A processor of the same name can
/// lack some, in a virtual machine for instance.
fn features() -> Vec<String> {
    #[cfg(target_arch = "x86_64")]
    let found = [
        ("avx2", is_x86_feature_detected!("avx2")),
        ("fma", is_x86_feature_detected!("fma")),
        ("avx512f", is_x86_feature_detected!("avx512f")),
        ("avx512bw", is_x86_feature_detected!("avx512bw")),
        ("avx512dq", is_x86_feature_detected!("avx512dq")),
        ("avx512vl", is_x86_feature_detected!("avx512vl")),
    ];
    #[cfg(not(target_arch = "x86_64"))]
    let found: [(&str, bool); 0] = [];
    let names = found.into_iter().filter(|(_, is_there)| *is_there);
    names.map(|(name, _)| name.to_owned()).collect()
}
