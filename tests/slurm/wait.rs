//! Waiting for events. The time limit is that of a failure.

use std::{
    thread::sleep,
    time::{Duration, Instant},
};

const LIMIT: Duration = Duration::from_secs(240);

/// Waits until something is true.
///
/// # Panics
/// If it is not after minutes.
#[track_caller]
pub fn until(what: &str, mut is_true: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_true() {
        assert!(start.elapsed() < LIMIT, "waited {LIMIT:?} until {what}");
        sleep(Duration::from_millis(100));
    }
}
