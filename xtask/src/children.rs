//! The programs that commands start.

use std::{
    collections::HashMap,
    env,
    io::Read,
    os::unix::process::ExitStatusExt,
    path::PathBuf,
    process::{Command, ExitStatus, Output, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;
use wait_timeout::ChildExt as _;

use crate::context::Context;

/// Cargo in the workspace's folder, in the same environment as if the user had started it:
/// `cargo run` adds variables that describe xtask, and some build scripts run again, and their
/// crates are compiled again, when these change.
pub fn cargo(context: &Context) -> Command {
    let mut cargo = Command::new(&context.cargo);
    cargo.current_dir(&context.root);
    if context.offline {
        cargo.env("CARGO_NET_OFFLINE", "true");
    }
    for (name, _) in env::vars_os() {
        let describes_xtask = name.to_str().is_some_and(|name| {
            name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
        });
        if describes_xtask {
            cargo.env_remove(name);
        }
    }
    cargo
}

/// Builds the binaries of `packages`; gives the path of each by its name. Cargo itself says where
/// they are, since users can move the target folder in several ways.
///
/// # Errors
/// What cargo cannot build; it has said why.
pub fn build(context: &Context, packages: &[&str]) -> anyhow::Result<HashMap<String, PathBuf>> {
    let output = cargo(context)
        .arg("build")
        .args(packages.iter().flat_map(|package| ["--package", package]))
        .arg("--message-format=json-render-diagnostics")
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run cargo")?;
    ensure!(
        output.status.success(),
        "`cargo build` failed ({})",
        output.status
    );
    let messages = String::from_utf8_lossy(&output.stdout);
    Ok(messages.lines().filter_map(executable).collect())
}

fn executable(message: &str) -> Option<(String, PathBuf)> {
    let message: Value = serde_json::from_str(message).ok()?;
    let path = message["executable"].as_str()?;
    Some((message["target"]["name"].as_str()?.to_owned(), path.into()))
}

/// What a program that is asked something may take. libtorch with CUDA loads in some seconds.
pub const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// What `command` says until it ends.
///
/// # Errors
/// A program that cannot be run, or does not end within the time `limit`: it is killed.
pub fn answer(command: &mut Command, limit: Duration) -> anyhow::Result<Output> {
    let end = Instant::now() + limit;
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let outputs = [
        read(child.stdout.take().context("no output")?),
        read(child.stderr.take().context("no output")?),
    ];
    // A program that it has started may hold its outputs when it has ended.
    let left = || end.saturating_duration_since(Instant::now());
    let [stdout, stderr] = outputs.map(|output| output.recv_timeout(left()).ok());
    let status = child.wait_timeout(left())?;
    match (status, stdout, stderr) {
        (Some(status), Some(stdout), Some(stderr)) => Ok(Output {
            status,
            stdout,
            stderr,
        }),
        _ => {
            // One that has ended takes no notice.
            _ = child.kill();
            _ = child.wait();
            bail!("it gave no answer in {} s", limit.as_secs())
        }
    }
}

/// All that comes, once it has come.
fn read(mut pipe: impl Read + Send + 'static) -> Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        _ = pipe.read_to_end(&mut bytes);
        // Nobody listens any more if it took too long.
        _ = sender.send(bytes);
    });
    receiver
}

/// The status that a shell gives: the child's own, or 128 and the number of the signal that ended
/// it.
pub fn exit_code(status: ExitStatus) -> u8 {
    let code = status
        .code()
        .or_else(|| status.signal().map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}
