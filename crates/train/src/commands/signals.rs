//! Signals: Ctrl-C, SIGTERM and SIGHUP let the current step end and be saved.
//!
//! A second Ctrl-C ends the program at once; the last checkpoint is still good. A signal that the
//! program was started to ignore, as `nohup` does, stays ignored.

use std::{
    io, mem, ptr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use anyhow::Context;
use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ},
    flag,
    iterator::Signals,
};

use super::terminal::eprint_line;

/// Exit status of a program that Ctrl-C ended, as shells report it.
pub const INTERRUPTED: u8 = 130;

/// Returns a function that says whether a signal asked the program to end. Ctrl-C after the first
/// such signal ends it at once.
pub fn stop_on_interrupt() -> anyhow::Result<impl Fn() -> bool + Sync> {
    let stop = Arc::new(AtomicBool::new(false));
    listen(&stop).context("cannot listen for Ctrl-C")?;
    Ok(move || stop.load(Ordering::Relaxed))
}

fn listen(stop: &Arc<AtomicBool>) -> io::Result<()> {
    // A program started with `nohup`, or in the background of a script, ignores some of them.
    let handled: Vec<i32> = [SIGINT, SIGTERM, SIGHUP]
        .into_iter()
        .filter(|&signal| !is_ignored(signal))
        .collect();
    for &signal in &handled {
        if signal == SIGINT {
            // Before the flag is set for the first time: the second time finds it set.
            flag::register_conditional_shutdown(signal, INTERRUPTED.into(), Arc::clone(stop))?;
        }
        flag::register(signal, Arc::clone(stop))?;
    }
    let mut signals = Signals::new(handled)?;
    // Not in the handler: on a blocked terminal it would miss the next signal.
    let announce = move || {
        if signals.forever().next().is_some() {
            eprint_line("stopping after the current step; Ctrl-C again to stop at once");
        }
    };
    // Without a thread, the program stops without this message.
    _ = thread::Builder::new().spawn(announce);
    Ok(())
}

fn is_ignored(signal: i32) -> bool {
    // SAFETY: `sigaction` is plain data, for which zeros are a value.
    let mut action: libc::sigaction = unsafe { mem::zeroed() };
    // SAFETY: without a new action nothing is changed, and the current one is written to `action`.
    let asked = unsafe { libc::sigaction(signal, ptr::null(), &mut action) };
    asked == 0 && action.sa_sigaction == libc::SIG_IGN
}

/// Ignores SIGXFSZ, so that exceeding `ulimit -f` is a write error of one experiment instead of the
/// end of the program.
pub fn ignore_sigxfsz() -> anyhow::Result<()> {
    let raised = Arc::new(AtomicBool::new(false));
    flag::register(SIGXFSZ, raised).context("cannot listen for the limit of files")?;
    Ok(())
}
