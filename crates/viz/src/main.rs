//! `viz RUN_FOLDER`: draws the figures and the report of a run, or of several that are compared, and
//! prints a summary.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context;
use clap::Parser;
use durable_fs::Problem;
use experiment::{ScoreColumn, Scores};
use viz::Error;

/// Draw every figure of a run folder, write report.html and report.md there, and print a summary.
/// Several run folders are compared in one report
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The folder that `cargo xtask all` or `train` wrote; several are compared
    #[arg(required = true)]
    run_folders: Vec<PathBuf>,
    /// The folder for the report; nothing is written to the run folders then [default: the run folder,
    /// or comparison for several]
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// The score by which own experiments are ranked: sse, mse, psnr or ssim
    #[arg(long, value_name = "SCORE", default_value = Scores::SSE.name, value_parser = score)]
    rank_by: ScoreColumn,
}

/// The score of that name.
fn score(name: &str) -> Result<ScoreColumn, String> {
    let found = Scores::COLUMNS.into_iter().find(|score| score.name == name);
    found.ok_or_else(|| {
        let names = Scores::COLUMNS.map(|score| score.name);
        format!("expected one of {}", names.join(", "))
    })
}

fn main() -> ExitCode {
    match draw(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // A message that cannot be written must not become a panic.
            _ = writeln!(io::stderr(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn draw(arguments: &Arguments) -> anyhow::Result<()> {
    let paths: Vec<&Path> = arguments.run_folders.iter().map(PathBuf::as_path).collect();
    let outputs = match (paths.as_slice(), &arguments.out) {
        ([path], None) => viz::draw_ranked_by(arguments.rank_by, path),
        ([path], Some(out)) => viz::draw_into(arguments.rank_by, path, out),
        (several, out) => {
            let out = out.as_deref().unwrap_or(Path::new("comparison"));
            viz::compare(arguments.rank_by, several, out)
        }
    };
    let outputs = outputs.map_err(|error| {
        let remedy = remedy(&error);
        let names: Vec<String> = paths
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        let names = names.join(", ");
        anyhow::Error::new(error).context(format!("cannot draw {names}: {remedy}"))
    })?;
    let report = outputs.html.display();
    writeln!(io::stdout(), "{}\nreport: {report}", outputs.summary)
        .context("cannot print the summary")
}

fn remedy(error: &Error) -> &'static str {
    match error {
        Error::NotARun { .. } => {
            "make a run folder with `cargo xtask all`, or of your own experiments with `train run`"
        }
        Error::NamedTwice { .. } => "name each run folder once",
        Error::ReportInRun { .. } => "choose another folder with --out",
        Error::OtherVersion { .. } => {
            "draw it with the version that made it, or run its experiments again in another folder"
        }
        Error::Run(experiment::Error::File(durable_fs::Error {
            problem: Problem::Io { operation, .. },
            ..
        })) if *operation == "write" => "draw it into another folder, with --out",
        Error::Run(experiment::Error::Busy { .. }) => "draw it once the other process has ended",
        Error::Run(_) | Error::Content { .. } => {
            "if a file of an experiment is named below, move the experiment's folder out of the run \
             folder and run `cargo xtask all` again; restore any other file, or start a run in \
             another folder"
        }
        Error::Write { .. } => {
            "make room and allow writing in the folder of the report, or choose another with --out, then \
             draw again"
        }
        Error::Explorer(explorer::Error::Write(_)) => {
            "make room and allow writing in the folder of the report, then draw again"
        }
        Error::Explorer(_)
        | Error::Csv(_)
        | Error::Json(_)
        | Error::Plot(_)
        | Error::Png(_)
        | Error::Template(_) => "please report this as a fault",
    }
}
