//! `viz RUN_FOLDER`: draws the figures and the report of a run, and prints a summary of it.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context;
use clap::Parser;
use viz::Error;

/// Draw every figure of a run folder, write report.html and report.md there, and print a summary.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The folder that `cargo xtask all` or `train` wrote
    run_folder: PathBuf,
}

fn main() -> ExitCode {
    match draw(&Arguments::parse().run_folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // A message that cannot be written must not become a panic.
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
    let report = outputs.html.display();
    writeln!(io::stdout(), "{}\nreport: {report}", outputs.summary)
        .context("cannot print the summary")
}

fn remedy(error: &Error) -> &'static str {
    match error {
        Error::NotARun { .. } => "make a run folder with `cargo xtask all`",
        Error::OtherVersion { .. } => {
            "draw it with the version that made it, or run its experiments again in another folder"
        }
        Error::Run(experiment::Error::Busy { .. }) => "draw it once the other process has ended",
        Error::Run(_) | Error::Content { .. } => {
            "if a file of an experiment is named below, move the experiment's folder out of the run \
             folder and run `cargo xtask all` again; restore any other file, or start a run in \
             another folder"
        }
        Error::Write { .. } => "make room and allow writing in the run folder, then draw again",
        Error::Csv(_) | Error::Json(_) | Error::Plot(_) | Error::Png(_) | Error::Template(_) => {
            "please report this as a fault"
        }
    }
}
