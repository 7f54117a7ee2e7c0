//! Signals: Ctrl-C and what else asks the program to end.

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
use train::tell;

/// What a shell reports for a program that Ctrl-C ended.
pub const INTERRUPTED: u8 = 130;

/// Says whether the program was asked to end: by Ctrl-C, a closed terminal or a supervisor. A
/// Ctrl-C after that ends it at once, whatever its threads are at.
pub fn stop_on_interrupt() -> anyhow::Result<impl Fn() -> bool + Sync> {
    let stop = Arc::new(AtomicBool::new(false));
    listen(&stop).context("cannot listen for Ctrl-C")?;
    Ok(move || stop.load(Ordering::Relaxed))
}

fn listen(stop: &Arc<AtomicBool>) -> io::Result<()> {
    // What was started with `nohup`, or in the background of a script, is not to hear of it.
    let heard: Vec<i32> = [SIGINT, SIGTERM, SIGHUP]
        .into_iter()
        .filter(|&signal| !is_ignored(signal))
        .collect();
    for &signal in &heard {
        if signal == SIGINT {
            // Before the flag is set for the first time: the second time finds it set.
            flag::register_conditional_shutdown(signal, INTERRUPTED.into(), Arc::clone(stop))?;
        }
        flag::register(signal, Arc::clone(stop))?;
    }
    let mut signals = Signals::new(heard)?;
    // Not in the handler: a terminal that takes no more text would keep it from the next signal.
    let say = move || {
        if signals.forever().next().is_some() {
            tell("stopping after the present step; Ctrl-C again to stop at once");
        }
    };
    // Where no thread can be had, it stops without a word.
    _ = thread::Builder::new().spawn(say);
    Ok(())
}

fn is_ignored(signal: i32) -> bool {
    // SAFETY: `sigaction` is plain data, for which zeros are a value.
    let mut action: libc::sigaction = unsafe { mem::zeroed() };
    // SAFETY: without a new action nothing is changed, and the present one is written to `action`.
    let asked = unsafe { libc::sigaction(signal, ptr::null(), &mut action) };
    asked == 0 && action.sa_sigaction == libc::SIG_IGN
}

/// Has a file that may not grow any more (`ulimit -f`) be an error of the experiment that writes it,
/// as a full disk is, and not the end of the program.
pub fn survive_file_limit() -> anyhow::Result<()> {
    let noticed = Arc::new(AtomicBool::new(false));
    flag::register(SIGXFSZ, noticed).context("cannot listen for the limit of files")?;
    Ok(())
}
