//! Signals: Ctrl-C, SIGTERM, SIGHUP, SIGUSR1 and SIGUSR2 let the current step end and be saved.
//!
//! Schedulers of clusters send one of them some time before they kill. A second Ctrl-C ends the program at
//! once; the last checkpoint is still good. A signal that the program was started to ignore, as
//! `nohup` does, stays ignored.

use std::{
    io, mem, ptr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
};

use anyhow::Context;
use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM, SIGUSR1, SIGUSR2, SIGXFSZ},
    flag,
    iterator::Signals,
};

use super::terminal::eprint_line;

/// Exit status of a program that Ctrl-C ended, as shells report it.
const INTERRUPTED: u8 = 130;

/// Exit status of a program that was asked to end by another signal, or could not go on for now: try it
/// again (EX_TEMPFAIL).
pub const TRY_AGAIN: u8 = 75;

const SIGNALS: [(i32, &str); 5] = [
    (SIGINT, "Ctrl-C"),
    (SIGTERM, "SIGTERM"),
    (SIGHUP, "SIGHUP"),
    (SIGUSR1, "SIGUSR1"),
    (SIGUSR2, "SIGUSR2"),
];

/// The signals that ask the program to end.
#[derive(Debug)]
pub struct StopSignals {
    /// The last one, 0 before any.
    last: Arc<AtomicUsize>,
}

impl StopSignals {
    /// Listens from now on. Ctrl-C after the first signal ends the program at once.
    pub fn listen() -> anyhow::Result<Self> {
        let last = Arc::new(AtomicUsize::new(0));
        listen(&last).context("cannot listen for Ctrl-C")?;
        Ok(StopSignals { last })
    }

    /// Whether one came.
    pub fn came(&self) -> bool {
        self.last.load(Ordering::Relaxed) != 0
    }

    /// The exit status of a program that ended because one came.
    pub fn status(&self) -> u8 {
        if self.last.load(Ordering::Relaxed) == SIGINT as usize {
            INTERRUPTED
        } else {
            TRY_AGAIN
        }
    }
}

fn listen(last: &Arc<AtomicUsize>) -> io::Result<()> {
    let stop = Arc::new(AtomicBool::new(false));
    // A program started with `nohup`, or in the background of a script, ignores some of them.
    let signals = SIGNALS.into_iter().map(|(signal, _)| signal);
    let handled: Vec<i32> = signals.filter(|&signal| !is_ignored(signal)).collect();
    for &signal in &handled {
        if signal == SIGINT {
            // Before the flag is set for the first time: the second time finds it set.
            flag::register_conditional_shutdown(signal, INTERRUPTED.into(), Arc::clone(&stop))?;
        }
        flag::register(signal, Arc::clone(&stop))?;
        flag::register_usize(signal, Arc::clone(last), signal as usize)?;
    }
    let mut signals = Signals::new(handled)?;
    // Not in the handler: on a blocked terminal it would miss the next signal.
    let announce = move || {
        if let Some(came) = signals.forever().next() {
            let known = SIGNALS.iter().find(|(signal, _)| *signal == came);
            let name = known.map_or("a signal", |(_, name)| name);
            eprint_line(format!(
                "{name}: stopping after the current step; Ctrl-C again to stop at once"
            ));
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
