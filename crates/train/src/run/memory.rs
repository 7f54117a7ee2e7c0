//! Whether there is memory for an experiment.

use std::fs;

use experiment::Experiment;
use rustix::process::{Resource, getrlimit};

use crate::Error;

/// Refuses an experiment on `images` images that cannot fit into the memory there is, before it begins: to run out of
/// memory in the middle ends the whole program.
pub(crate) fn check(experiment: &Experiment, images: usize) -> Result<(), Error> {
    let needed = experiment.min_memory(images);
    match free() {
        Some(free) if free < needed => Err(Error::Memory {
            id: experiment.id.clone(),
            needed,
            free,
        }),
        _ => Ok(()),
    }
}

/// The bytes that this process can still have, where the system says so: of the machine's memory and
/// its swap space, in its container, and under its own limit (`ulimit -v`).
fn free() -> Option<u64> {
    let machine = fs::read_to_string("/proc/meminfo").ok()?;
    let of_machine = kibibytes(&machine, "MemAvailable:")? + kibibytes(&machine, "SwapFree:")?;
    let process = fs::read_to_string("/proc/self/status").ok()?;
    let taken = kibibytes(&process, "VmSize:")?;
    // Two versions of the interface; without a limit, they say "max" or a very large number.
    let of_container = [
        "/sys/fs/cgroup/memory.max",
        "/sys/fs/cgroup/memory/memory.limit_in_bytes",
    ]
    .into_iter()
    .find_map(|path| fs::read_to_string(path).ok()?.trim().parse().ok())
    .unwrap_or(u64::MAX);
    let of_process = getrlimit(Resource::As).current.unwrap_or(u64::MAX);
    Some(
        of_machine
            .min(of_container)
            .min(of_process.saturating_sub(taken)),
    )
}

/// The bytes that a line of one of these files gives in kB.
fn kibibytes(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    let number: u64 = line.trim().trim_end_matches(" kB").parse().ok()?;
    Some(1024 * number)
}
