//! Child processes: the answer of a program within a time limit, Ctrl-C, and exit statuses.

use std::{
    io::{self, Read as _, Write as _},
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

/// A program that has ended, whose messages the user has seen.
pub struct Ended {
    /// Its status, and its standard output where that was captured.
    pub output: Output,
    /// Why it failed, by its own words: the last lines of standard error that name an error, or else
    /// the last lines.
    pub reason: String,
}

/// Runs `command` to its end. What it writes to standard error is shown at once, and kept.
///
/// # Errors
/// A program that cannot be run.
pub fn run_aloud(command: &mut Command) -> io::Result<Ended> {
    let mut child = command.stderr(Stdio::piped()).spawn()?;
    let (sender, receiver) = mpsc::channel();
    if let Some(mut messages) = child.stderr.take() {
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = messages.read(&mut buffer) {
                // The terminal may be closed.
                _ = io::stderr().write_all(&buffer[..count]);
                _ = sender.send(buffer[..count].to_vec());
            }
        });
    }
    let output = child.wait_with_output()?;
    // A process that it has started may live on with the same standard error.
    let mut said = Vec::new();
    while let Ok(bytes) = receiver.recv_timeout(Duration::from_secs(1)) {
        said.extend(bytes);
    }
    let reason = reason(&String::from_utf8_lossy(&said));
    Ok(Ended { output, reason })
}

/// Lines of a reason.
const MAX_LINES: usize = 3;

fn reason(said: &str) -> String {
    let plain = without_colors(said);
    let lines = plain.split(['\n', '\r']).map(str::trim);
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    let is_error = |line: &&&str| {
        let start = line.get(..5);
        start.is_some_and(|start| start.eq_ignore_ascii_case("error"))
    };
    let errors: Vec<&str> = lines.iter().filter(is_error).copied().collect();
    let chosen = if errors.is_empty() { lines } else { errors };
    let chosen = &chosen[chosen.len().saturating_sub(MAX_LINES)..];
    let quoted = chosen.iter().map(|line| durable_fs::quote_untrusted(line));
    quoted.collect::<Vec<_>>().join("; ")
}

/// The text without the sequences that color it: ESC, `[`, parameters and a letter.
fn without_colors(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |plain, part| {
        let text = part.split_once(|c: char| c.is_ascii_alphabetic());
        plain + text.map_or("", |(_, text)| text)
    })
}

#[cfg(test)]
mod tests {
    use super::reason;

    #[test]
    fn the_reason_is_what_the_program_calls_an_error() {
        let pip =
            "Looking in indexes\nERROR: No matching distribution found for torch\nWARNING: x\n";
        assert_eq!(
            reason(pip),
            "ERROR: No matching distribution found for torch"
        );
        let cargo = "   Compiling train\r\u{1b}[1m\u{1b}[91merror\u{1b}[0m: linking failed\n  |\n";
        assert_eq!(reason(cargo), "error: linking failed");
        assert_eq!(reason("one\n\ntwo\nthree\nfour\n"), "two; three; four");
        assert_eq!(reason(""), "");
    }
}
