//! Whether there is enough memory for an experiment.
//!
//! An experiment whose training (weights, optimizer state and outputs of layers) or whose evaluation
//! (test images and their reconstructions) cannot fit into the free memory (of the machine, the
//! container, the process) is refused when its turn comes, since running out of memory would end the
//! whole program. Tensors are written and read piece by piece: a checkpoint takes no
//! memory.

use std::fs;

use experiment::{Experiment, RANDOM_IMAGES};
use rustix::process::{Resource, getrlimit};

use crate::{Error, data::DataSet};

/// Refuses an experiment on the first `images` training images of `data` that cannot fit into memory,
/// before it begins: running out of memory in the middle ends the whole program.
pub(crate) fn check(experiment: &Experiment, images: usize, data: &DataSet) -> Result<(), Error> {
    let numbers = data.shape().size();
    // An evaluation holds the test images or the random ones, and their reconstructions, as floats.
    let evaluated = data.evaluation.test.len().max(RANDOM_IMAGES);
    let evaluation = 2 * 4 * (evaluated * numbers) as u64;
    let needed = experiment.min_memory(images, numbers).max(evaluation);
    match free() {
        Some(free) if free < needed => Err(Error::Memory {
            id: experiment.id.clone(),
            needed,
            free,
        }),
        _ => Ok(()),
    }
}

/// The bytes that this process can still allocate, where the system says so: the minimum over the
/// machine's memory and swap space, its container's limit, and its own limit (`ulimit -v`).
fn free() -> Option<u64> {
    let machine = fs::read_to_string("/proc/meminfo").ok()?;
    let machine_free = bytes(&machine, "MemAvailable:")? + bytes(&machine, "SwapFree:")?;
    let process = fs::read_to_string("/proc/self/status").ok()?;
    let taken = bytes(&process, "VmSize:")?;
    // Two versions of the interface; without a limit, they say "max" or a very large number.
    let container_limit = [
        "/sys/fs/cgroup/memory.max",
        "/sys/fs/cgroup/memory/memory.limit_in_bytes",
    ]
    .into_iter()
    .find_map(|path| fs::read_to_string(path).ok()?.trim().parse().ok())
    .unwrap_or(u64::MAX);
    let process_limit = getrlimit(Resource::As).current.unwrap_or(u64::MAX);
    Some(
        machine_free
            .min(container_limit)
            .min(process_limit.saturating_sub(taken)),
    )
}

/// The bytes that a line of one of these files gives in kB.
fn bytes(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    let number: u64 = line.trim().trim_end_matches(" kB").parse().ok()?;
    Some(1024 * number)
}
