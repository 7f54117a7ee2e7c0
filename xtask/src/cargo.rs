//! The cargo that builds and tests the project.

use std::{
    collections::HashMap,
    io::{self, IsTerminal as _},
    path::PathBuf,
    process::{Command, Stdio},
};

use anyhow::{Context as _, ensure};
use serde_json::Value;

use crate::{
    context::Context,
    environment::{self, Child},
    process::run_aloud,
};

/// Cargo in the workspace's folder, with the chosen libtorch, as if the user had started it there.
pub fn cargo(context: &Context) -> Command {
    let mut cargo = context.command(Child::Cargo, &context.cargo);
    cargo.current_dir(&context.root);
    let link = context.libtorch_link();
    cargo.env("LIBTORCH", context.user_libtorch.as_ref().unwrap_or(&link));
    if context.offline {
        cargo.env("CARGO_NET_OFFLINE", "true");
    }
    cargo
}

/// The binaries that were built, by their names.
pub struct Binaries(HashMap<String, PathBuf>);

impl Binaries {
    /// The path of a binary.
    ///
    /// # Errors
    /// A binary that was not built.
    pub fn path(&self, name: &str) -> anyhow::Result<&PathBuf> {
        let path = self.0.get(name);
        path.with_context(|| format!("cargo built no binary named {name}"))
    }
}

/// Builds the binaries of `packages`. Cargo itself says where they are, since users can move the
/// target folder in several ways.
///
/// # Errors
/// A failed build; cargo has said why.
pub fn build(context: &Context, packages: &[&str]) -> anyhow::Result<Binaries> {
    let mut cargo = cargo(context);
    cargo
        .arg("build")
        .args(packages.iter().flat_map(|package| ["--package", package]))
        .arg("--message-format=json-render-diagnostics")
        .stdout(Stdio::piped());
    if io::stderr().is_terminal() {
        // It writes to a pipe, and would leave out colors and progress.
        cargo.env("CARGO_TERM_PROGRESS_WHEN", "always");
        cargo.env("CARGO_TERM_PROGRESS_WIDTH", "80");
        if environment::value(&context.environment, "NO_COLOR").is_none() {
            cargo.env("CARGO_TERM_COLOR", "always");
        }
    }
    let ended = run_aloud(&mut cargo).context("cannot run cargo")?;
    ensure!(
        ended.output.status.success(),
        "`cargo build` failed ({}): {}",
        ended.output.status,
        ended.reason
    );
    let messages = String::from_utf8_lossy(&ended.output.stdout);
    Ok(Binaries(messages.lines().filter_map(executable).collect()))
}

fn executable(message: &str) -> Option<(String, PathBuf)> {
    let message: Value = serde_json::from_str(message).ok()?;
    let path = message["executable"].as_str()?;
    Some((message["target"]["name"].as_str()?.to_owned(), path.into()))
}
