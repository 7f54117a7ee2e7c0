//! `cargo xtask test`: every check of the project.

use std::time::Instant;

use anyhow::{Context as _, ensure};

use super::setup;
use crate::{cargo::cargo, context::Context, device::Device, environment::Child};

/// The shortest checks come first.
const STEPS: [&str; 4] = [
    "fmt --all --check",
    "clippy --workspace --all-targets -- -D warnings",
    "doc --workspace --no-deps",
    "test --workspace",
];

/// Licenses, duplicates and sources of the dependencies, against `deny.toml`.
const DENY: &str = "deny check licenses bans sources";
const DENY_OFFLINE: &str = "deny --offline check licenses bans sources";

/// Sets up, then runs each check until one fails.
///
/// # Errors
/// Those of [`setup::run`], or the check that failed.
pub fn run(context: &Context) -> anyhow::Result<()> {
    let start = Instant::now();
    setup::run(context, Device::Auto)?;
    install_browser_packages(context);
    let mut steps = STEPS.to_vec();
    let deny = if context.offline { DENY_OFFLINE } else { DENY };
    match can_deny(context) {
        Ok(()) => steps.insert(0, deny),
        Err(reason) => context.say(format!("skipped: cargo {deny}: {reason}")),
    }
    for step in steps {
        run_step(context, step)?;
    }
    context.say(format!(
        "all checks passed in {} s",
        start.elapsed().as_secs()
    ));
    Ok(())
}

fn run_step(context: &Context, step: &str) -> anyhow::Result<()> {
    context.say(format!("cargo {step}"));
    let start = Instant::now();
    let mut cargo = cargo(context);
    cargo.args(step.split(' '));
    if step.starts_with("doc") {
        cargo.env("RUSTDOCFLAGS", "-D warnings");
    }
    let status = cargo.status().context("cannot run cargo")?;
    ensure!(status.success(), "`cargo {step}` failed ({status})");
    context.say(format!("passed in {} s", start.elapsed().as_secs()));
    Ok(())
}

/// Installs what the report is looked at with, if npm is there to do it. Without it that test is
/// listed as ignored, with the reason.
fn install_browser_packages(context: &Context) {
    let folder = context.root.join("crates/viz/tests/browser");
    if context.offline || folder.join("node_modules").exists() {
        return;
    }
    let mut npm = context.command(Child::Own, "npm");
    npm.args(["ci", "--no-audit", "--no-fund"])
        .current_dir(folder);
    if !npm.status().is_ok_and(|status| status.success()) {
        context.say(
            "`npm ci` did not work in crates/viz/tests/browser: the report will not be looked at \
             in a browser",
        );
    }
}

/// cargo-deny is not part of Rust. It also reads the manifests of crates for other platforms, which may
/// have to be downloaded.
fn can_deny(context: &Context) -> Result<(), &'static str> {
    let works = |arguments: &[&str]| {
        let output = cargo(context).args(arguments).output();
        output.is_ok_and(|output| output.status.success())
    };
    if !works(&["deny", "--version"]) {
        return Err("`cargo install cargo-deny --locked` would install it");
    }
    if context.offline && !works(&["metadata", "--offline", "--format-version=1"]) {
        return Err(
            "crates for other platforms are not here, and --offline forbids to download them",
        );
    }
    Ok(())
}
