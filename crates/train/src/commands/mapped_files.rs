//! The files that this process has in its memory, the shared libraries among them.

use std::{fs, path::PathBuf};

/// Them, each once; none where the system does not say.
pub fn mapped_files() -> Vec<PathBuf> {
    let maps = fs::read_to_string("/proc/self/maps").unwrap_or_default();
    let paths = maps
        .lines()
        .filter_map(|line| Some(&line[line.find('/')?..]));
    let mut files: Vec<PathBuf> = paths.map(PathBuf::from).collect();
    files.sort();
    files.dedup();
    files
}
