//! The free disk and the free memory, against what the job was seen to need.

use std::{fs, os::unix::fs::MetadataExt as _, path::Path};

use super::{
    files::existing,
    machine::{
        Machine, SelfCheck,
        Verdict::{self, Failed, Good, Note},
    },
};
use crate::setup::{build::Build, install, libtorch};

/// In bytes: the folder `target` after every test; it is smaller for the job alone.
const BUILD: u64 = 4_500_000_000;
/// The run folder of the assignment has 50 MB.
const RUN: u64 = 100_000_000;
/// The wheels for CPUs, and all that is in them.
const LIBTORCH: u64 = 1_800_000_000;
/// The same for CUDA: an estimate, from the 4 GB that PyTorch has when it is installed.
const LIBTORCH_CUDA: u64 = 7_000_000_000;
/// The whole assignment took 1.3 GB at most.
const MEMORY: u64 = 1_500_000_000;

pub(super) fn disk(machine: &Machine) -> Verdict {
    let context = machine.context;
    let project = match machine.self_check() {
        SelfCheck::NotBuilt => BUILD + RUN,
        SelfCheck::Failed(_) | SelfCheck::Done(_) => RUN,
    };
    let cache = installation(machine);
    let free_disk = |folder: &Path| (context.free_disk)(existing(folder));
    if device(&context.root) == device(&context.cache) {
        return judge_disk(&context.root, free_disk(&context.root), project + cache);
    }
    let in_project = judge_disk(&context.root, free_disk(&context.root), project);
    let in_cache = judge_disk(&context.cache, free_disk(&context.cache), cache);
    match (in_project, in_cache) {
        (Good(in_project), Good(in_cache)) => Good(format!("{in_project}; {in_cache}")),
        (Failed(problem), _) | (_, Failed(problem)) => Failed(problem),
        (verdict, _) => verdict,
    }
}

fn judge_disk(folder: &Path, free: Option<u64>, needed: u64) -> Verdict {
    let shown = free.map_or_else(|| "an unknown space".to_owned(), gigabytes);
    let needed_shown = gigabytes(needed);
    let found = format!("{}: {shown} free, {needed_shown} needed", folder.display());
    if free.is_some_and(|free| free < needed) {
        Failed(found)
    } else {
        Good(found)
    }
}

/// What set-up would put into the cache, in bytes.
fn installation(machine: &Machine) -> u64 {
    let context = machine.context;
    let build = Build::for_driver((context.nvidia_driver)().unwrap_or_default());
    let is_installed = libtorch::check_presence(&install::folder(context, build)).is_ok();
    if machine.libtorch.is_ok() || is_installed {
        0
    } else if build == Build::Cpu {
        LIBTORCH
    } else {
        LIBTORCH_CUDA
    }
}

/// The number of the file system.
fn device(folder: &Path) -> Option<u64> {
    Some(fs::metadata(existing(folder)).ok()?.dev())
}

pub(super) fn memory(_: &Machine) -> Verdict {
    judge_memory(available_memory())
}

fn judge_memory(available: Option<u64>) -> Verdict {
    let needed = gigabytes(MEMORY);
    match available {
        None => Good(format!("not known; {needed} needed")),
        Some(available) => {
            let found = format!("{} available, {needed} needed", gigabytes(available));
            if available < MEMORY {
                Note(found)
            } else {
                Good(found)
            }
        }
    }
}

/// The memory that is available in bytes, at most the limit of the container, where Linux reports it.
fn available_memory() -> Option<u64> {
    let information = fs::read_to_string("/proc/meminfo").ok()?;
    let mut lines = information.lines();
    let line = lines.find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse().ok()?;
    let limit = fs::read_to_string("/sys/fs/cgroup/memory.max").ok();
    let limit = limit.and_then(|limit| limit.trim().parse().ok());
    Some((kibibytes * 1024).min(limit.unwrap_or(u64::MAX)))
}

fn gigabytes(bytes: u64) -> String {
    format!("{:.1} GB", bytes as f64 / 1e9)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_little_disk_fails_and_too_little_memory_is_noted() {
        let root = Path::new("/");
        assert!(matches!(judge_disk(root, Some(RUN), RUN), Good(_)));
        let expected = Failed("/: 0.1 GB free, 4.5 GB needed".to_owned());
        assert_eq!(judge_disk(root, Some(RUN - 1), BUILD), expected);
        assert!(matches!(judge_memory(Some(MEMORY)), Good(_)));
        assert!(matches!(judge_memory(Some(MEMORY - 1)), Note(_)));
    }
}
