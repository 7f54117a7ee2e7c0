//! Validates the report of a fabricated run and looks at it in headless Chromium: see
//! `browser/README.md`. Without Node, Chromium or the packages, the test is listed as ignored,
//! with the reason.

#[path = "it/fabricated.rs"]
mod fabricated;
#[path = "it/own.rs"]
mod own;

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use experiment::assignment::full;
use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let arguments = Arguments::from_args();
    let missing = missing();
    let trial = Trial::test("the_report_is_valid_and_looks_right", look);
    let trial = match &missing {
        None => trial,
        Some(what) => trial
            .with_kind(format!("skipped: {what}"))
            .with_ignored_flag(true),
    };
    libtest_mimic::run(&arguments, vec![trial]).exit();
}

fn folder() -> PathBuf {
    Path::new(&env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("tests/browser")
}

fn chromium() -> PathBuf {
    env::var_os("CHROMIUM").map_or("/usr/bin/chromium".into(), PathBuf::from)
}

/// What the test needs and this machine lacks.
fn missing() -> Option<String> {
    let node = Command::new("node").arg("--version").output();
    let Some(node) = node.ok().filter(|output| output.status.success()) else {
        return Some("node is not installed".into());
    };
    let version = String::from_utf8_lossy(&node.stdout);
    if is_too_old(&version) {
        Some(format!(
            "node 20.19 or later is needed, not {}",
            version.trim()
        ))
    } else if !chromium().exists() {
        Some(format!("no {}; set CHROMIUM", chromium().display()))
    } else if !folder().join("node_modules").exists() {
        Some("run `npm ci` in crates/viz/tests/browser".into())
    } else {
        None
    }
}

/// Whether Node's version, like `v20.19.0`, is too old.
fn is_too_old(version: &str) -> bool {
    let mut numbers = version.trim().trim_start_matches('v').split('.');
    let mut next = || numbers.next().and_then(|number| number.parse::<u32>().ok());
    (next(), next()) < (Some(20), Some(19))
}

fn look() -> Result<(), Failed> {
    let run = tempfile::tempdir()?;
    let mut experiments = full(1);
    experiments.push(own::experiment("mine", own::COLOR, 2, |_| ()));
    let fabricated = fabricated::run(run.path(), &experiments);
    fabricated::add_seed(&fabricated, 2, &experiments);
    fabricated::change(&fabricated.experiment("sparse-ae-1e-4"), |evaluation| {
        evaluation.health.constant_output = true;
    });
    let report = viz::draw(run.path())?.html;
    let output = Command::new("node")
        .arg("check.mjs")
        .arg(report)
        .current_dir(folder())
        .env("CHROMIUM", chromium())
        .output()?;
    if output.status.success() {
        Ok(())
    } else {
        let (found, errors) = (&output.stdout, &output.stderr);
        let text = [found, errors].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        Err(text.join("\n").into())
    }
}
