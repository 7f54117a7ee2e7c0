//! `viz RUN_FOLDER`: draws the figures and the report of a run.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context;
use clap::Parser;
use viz::Error;

/// Draw every figure of a run folder, and report.html and report.md beside them.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The folder that `cargo xtask all` or `train` left.
    run_folder: PathBuf,
}

fn main() -> ExitCode {
    match draw(&Arguments::parse().run_folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // That this cannot be written is no reason to panic.
            _ = writeln!(io::stderr(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn draw(run: &Path) -> anyhow::Result<()> {
    let outputs = viz::draw(run).map_err(|error| {
        let remedy = remedy(&error);
        anyhow::Error::new(error).context(format!("cannot draw {}: {remedy}", run.display()))
    })?;
    writeln!(io::stdout(), "{}", outputs.html.display()).context("cannot print the report's path")
}

fn remedy(error: &Error) -> &'static str {
    match error {
        Error::NotARun { .. } => "make a run folder with `cargo xtask all`",
        Error::Run(experiment::Error::Busy { .. }) => "a run folder is drawn once it is at rest",
        Error::Run(_) | Error::Content { .. } => {
            "of an experiment, move the folder out of the run folder, and run `cargo xtask all` again; \
             what else is named below, put back as it was, or begin a run in another folder"
        }
        Error::Write { .. } => "make room and allow writing in the run folder, then draw again",
        Error::Csv(_) | Error::Json(_) | Error::Plot(_) | Error::Png(_) | Error::Template(_) => {
            "please report this as a fault"
        }
    }
}
