//! The cargo that builds and tests the project.

use std::{
    collections::HashMap,
    env,
    path::PathBuf,
    process::{Command, Stdio},
};

use anyhow::{Context as _, ensure};
use serde_json::Value;

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
    Ok(Binaries(messages.lines().filter_map(executable).collect()))
}

fn executable(message: &str) -> Option<(String, PathBuf)> {
    let message: Value = serde_json::from_str(message).ok()?;
    let path = message["executable"].as_str()?;
    Some((message["target"]["name"].as_str()?.to_owned(), path.into()))
}
