//! Disk and memory, against what the job was seen to need.

use std::{fs, os::unix::fs::MetadataExt as _, path::Path};

use super::{Finding, computing::SelfCheck};
use crate::{
    context::Context,
    install,
    libtorch::{self, Build},
};

const MEGA: u64 = 1_000_000;

/// The folder `target` after every test; it is smaller for the job alone.
const BUILD: u64 = 4500 * MEGA;
/// The run folder of the assignment has 50 MB.
const RUN: u64 = 100 * MEGA;
/// The wheels for CPUs, and libtorch unpacked.
const LIBTORCH: u64 = 1200 * MEGA;
/// The same for CUDA: an estimate, from the 4 GB that PyTorch has when it is installed.
const LIBTORCH_CUDA: u64 = 7000 * MEGA;
/// The whole assignment took 1.3 GB at most.
const MEMORY: u64 = 1500 * MEGA;

pub fn examine(context: &Context, has_libtorch: bool, self_check: &SelfCheck) -> Vec<Finding> {
    // Cargo makes the folder `target` for this program alone, too.
    let project = match self_check {
        SelfCheck::NotBuilt => BUILD + RUN,
        SelfCheck::Failed(_) | SelfCheck::Done(_) => RUN,
    };
    let cache = if has_libtorch {
        0
    } else {
        installation(context)
    };
    let mut findings = if device(&context.root) == device(&context.cache) {
        vec![disk("disk", &context.root, project + cache)]
    } else {
        vec![
            disk("disk", &context.root, project),
            disk("cache's disk", &context.cache, cache),
        ]
    };
    findings.push(memory(available_memory()));
    findings
}

/// What set-up would put into the cache.
fn installation(context: &Context) -> u64 {
    let driver = (context.nvidia_driver)().unwrap_or_default();
    let build = driver.map_or(Build::Cpu, Build::for_driver);
    if libtorch::check_presence(&install::folder(context, build)).is_ok() {
        0
    } else if build == Build::Cpu {
        LIBTORCH
    } else {
        LIBTORCH_CUDA
    }
}

/// The folder, or the one that it would be made in.
fn existing(folder: &Path) -> Option<&Path> {
    folder.ancestors().find(|folder| folder.exists())
}

/// The number of the file system.
fn device(folder: &Path) -> Option<u64> {
    Some(fs::metadata(existing(folder)?).ok()?.dev())
}

fn disk(what: &str, folder: &Path, needed: u64) -> Finding {
    let space = existing(folder).and_then(|folder| rustix::fs::statvfs(folder).ok());
    match space {
        Some(space) => judge_disk(what, space.f_bavail * space.f_frsize, needed),
        None => Finding::note(
            what,
            format!("the free space of {} is not known", folder.display()),
            format!("see that {} are free", shown(needed)),
        ),
    }
}

fn judge_disk(what: &str, free: u64, needed: u64) -> Finding {
    let found = format!("{} free, {} needed", shown(free), shown(needed));
    if free >= needed {
        Finding::ok(what, found)
    } else {
        Finding::failed(what, found, "make room, or put the folder on a larger disk")
    }
}

fn memory(available: Option<u64>) -> Finding {
    let what = "memory";
    match available {
        None => Finding::ok(what, format!("not known; {} needed", shown(MEMORY))),
        Some(available) => {
            let found = format!("{} available, {} needed", shown(available), shown(MEMORY));
            if available >= MEMORY {
                Finding::ok(what, found)
            } else {
                let remedy = "end other programs; `--jobs 1` trains one experiment at a time";
                Finding::note(what, found, remedy)
            }
        }
    }
}

/// Linux says how much can be had, and how much a container may have.
fn available_memory() -> Option<u64> {
    let information = fs::read_to_string("/proc/meminfo").ok()?;
    let line = information
        .lines()
        .find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse().ok()?;
    let limit = fs::read_to_string("/sys/fs/cgroup/memory.max")
        .ok()
        .and_then(|limit| limit.trim().parse().ok());
    Some((kibibytes * 1024).min(limit.unwrap_or(u64::MAX)))
}

fn shown(bytes: u64) -> String {
    format!("{:.1} GB", bytes as f64 / 1e9)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::State;

    #[test]
    fn too_little_space_fails_and_too_little_memory_is_said() {
        assert_eq!(judge_disk("disk", RUN, RUN).state, State::Ok);
        let full = judge_disk("disk", RUN - 1, BUILD);
        assert_eq!(full.state, State::Failed);
        assert_eq!(full.found, "0.1 GB free, 4.5 GB needed");
        assert_eq!(memory(Some(MEMORY)).state, State::Ok);
        assert_eq!(memory(Some(MEMORY - 1)).state, State::Note);
        assert!(memory(Some(MEMORY - 1)).remedy.contains("--jobs 1"));
    }
}
