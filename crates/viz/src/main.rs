//! `viz RUN_FOLDER`: draws the figures and the report of a run.

use std::path::PathBuf;

use anyhow::Context;
use clap::Parser;

/// Draw every figure of a run folder, and report.html and report.md beside them.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The folder that `cargo xtask all` or `train` left.
    run_folder: PathBuf,
}

fn main() -> anyhow::Result<()> {
    let run = Arguments::parse().run_folder;
    let outputs = viz::draw(&run).with_context(|| {
        format!(
            "cannot draw {}; make a run folder with `cargo xtask all`, or mend this one by \
             running `cargo xtask all --out {}` again",
            run.display(),
            run.display()
        )
    })?;
    println!("{}", outputs.html.display());
    Ok(())
}
