//! Child processes: the answer of a program within a time limit, Ctrl-C, and exit statuses.

use std::{
    os::unix::process::ExitStatusExt,
    process::{Command, ExitStatus, Output, Stdio},
    sync::{Arc, atomic::AtomicBool, mpsc},
    thread,
    time::Duration,
};

use anyhow::{Context as _, bail};
use rustix::process::{Pid, Signal, kill_process};
use signal_hook::{consts::SIGINT, flag, low_level};

/// The time limit of programs that are asked something. libtorch with CUDA loads in some seconds.
pub const ANSWER_LIMIT: Duration = Duration::from_secs(30);

/// Runs `command` to its end, without input, and returns its output.
///
/// # Errors
/// A program that cannot be run, or does not end within `limit`, after which it is killed.
pub fn run_with_timeout(command: &mut Command, limit: Duration) -> anyhow::Result<Output> {
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let id = Pid::from_child(&child);
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        // Nobody listens any more if it took too long.
        _ = sender.send(child.wait_with_output());
    });
    match receiver.recv_timeout(limit) {
        Ok(output) => Ok(output?),
        Err(_) => {
            // It may have ended, while a program that it has started holds its outputs.
            _ = kill_process(id, Signal::KILL);
            bail!("no answer within {} s", limit.as_secs());
        }
    }
}

/// Runs `child` and returns its exit status as a shell does. Ctrl-C reaches the child as well,
/// which handles it; this function waits until the child has ended.
///
/// # Errors
/// A program that cannot be run.
pub fn wait_for(child: &mut Command) -> anyhow::Result<u8> {
    let handler =
        flag::register(SIGINT, Arc::new(AtomicBool::new(false))).context("cannot handle Ctrl-C")?;
    let status = child
        .status()
        .with_context(|| format!("cannot run {}", child.get_program().display()));
    low_level::unregister(handler);
    Ok(exit_code(status?))
}

/// The child's own status, or 128 and the number of the signal that ended it.
fn exit_code(status: ExitStatus) -> u8 {
    let code = status
        .code()
        .or_else(|| status.signal().map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}
