//! Tests with servers on this machine that behave well and badly.

mod download;
mod fetch;
mod program;
mod server;
mod sets;

use std::{fs, path::Path, time::Duration};

use fetch_data::RetryPolicy;

/// The time limits turn a hang into a failure, and nothing else; the waits between attempts are short.
const POLICY: RetryPolicy = RetryPolicy {
    timeout: Duration::from_secs(300),
    attempt_timeout: Duration::from_secs(300),
    attempts: 3,
    pause: Duration::from_millis(1),
    max_bytes: 1 << 20,
};

/// Names of what is in a folder, sorted.
fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
