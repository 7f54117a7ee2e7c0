//! How much memory is left.

use std::fs;

use rustix::process::{Resource, getrlimit};

/// The bytes that can still be allocated, if they are known to be fewer than `needed`.
pub(crate) fn lack_of_memory(needed: u64) -> Option<u64> {
    free_memory().filter(|&free| free < needed)
}

/// The bytes that this process can still allocate, where the system says so: the minimum over the
/// machine's memory and swap space, its container's limit, and its own limit (`ulimit -v`).
fn free_memory() -> Option<u64> {
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
