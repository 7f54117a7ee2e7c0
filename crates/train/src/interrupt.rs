use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use anyhow::Context;
use train::tell;

/// What a shell reports for a program that Ctrl-C ended.
pub const INTERRUPTED: u8 = 130;

/// Says whether Ctrl-C was pressed; the second time ends the program at once.
pub fn stop_on_interrupt() -> anyhow::Result<impl Fn() -> bool + Sync> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    ctrlc::set_handler(move || {
        if flag.swap(true, Ordering::Relaxed) {
            // Without the clean-up of C libraries, which other threads are still at work in.
            signal_hook::low_level::exit(INTERRUPTED.into());
        }
        tell("stopping after the present step; Ctrl-C again to stop at once");
    })
    .context("cannot listen for Ctrl-C")?;
    Ok(move || stop.load(Ordering::Relaxed))
}
