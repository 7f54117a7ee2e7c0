//! The files of a run folder, to be compared with those of another or of a later time.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// Files with their content, by their path in a folder.
pub type Snapshot = BTreeMap<PathBuf, Vec<u8>>;

/// Every file in a folder and in those below.
pub fn contents(folder: &Path) -> Snapshot {
    let mut files = Snapshot::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = PathBuf::from(path.file_name().unwrap());
        if path.is_dir() {
            let below = contents(&path).into_iter();
            files.extend(below.map(|(path, bytes)| (name.join(path), bytes)));
        } else {
            files.insert(name, fs::read(&path).unwrap());
        }
    }
    files
}

/// What must be the same in a run that was disturbed: [`contents`] without the speeds that
/// `metrics.jsonl` records, and without the digests of these.
pub fn results(run: &Path) -> Snapshot {
    let mut files = contents(run);
    for (path, bytes) in &mut files {
        if path.ends_with("metrics.jsonl") {
            *bytes = without_speeds(bytes);
        } else if path.ends_with("SHA256SUMS") {
            let text = std::str::from_utf8(bytes).unwrap();
            let lines = text.lines().filter(|line| !line.ends_with("metrics.jsonl"));
            *bytes = lines.collect::<Vec<_>>().join("\n").into_bytes();
        }
    }
    files
}

fn without_speeds(metrics: &[u8]) -> Vec<u8> {
    let line = |line: &str| -> String {
        let mut metric: serde_json::Value = serde_json::from_str(line).unwrap();
        metric.as_object_mut().unwrap().remove("images_per_second");
        metric.to_string() + "\n"
    };
    let text = std::str::from_utf8(metrics).unwrap();
    text.lines().map(line).collect::<String>().into_bytes()
}

/// Checks that two snapshots are the same.
#[track_caller]
pub fn assert_same(expected: &Snapshot, found: &Snapshot) {
    let names = |files: &Snapshot| -> Vec<_> { files.keys().cloned().collect() };
    assert_eq!(names(expected), names(found));
    for (path, bytes) in expected {
        assert!(*bytes == found[path], "{} differs", path.display());
    }
}
