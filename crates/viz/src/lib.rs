//! Draws a run folder: every figure of the assignment or of the user's own experiments as SVG, and one
//! report of all figures and numbers as HTML and as Markdown.
//!
//! Layers: {sections, results_csv, summary_table} -> {claims, report} -> drawing -> run -> {format, error}
//!
//! [`draw`] reads nothing but the run folder, so it needs neither libtorch nor training. The module
//! `run` reads and checks it, `claims` tests the notebook's observations on it, `sections` has a file
//! for each section of the report, and `report` is the whole as data, which two templates write out.
//! Every figure and every table names the files of the run folder that it was made from.
//!
//! Shapes: U is the number of units of a code.

#![deny(missing_docs)]

mod claims;
mod drawing;
mod error;
mod format;
mod report;
mod results_csv;
mod run;
mod sections;
mod summary_table;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

pub use drawing::{Axis, Curve, Drawing, Plot, Point};
pub use error::Error;
use experiment::{RunFolder, ScoreColumn, Scores};
use run::{Run, link_to};

/// What [`draw`] made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs {
    /// One page that opens offline.
    pub html: PathBuf,
    /// The same in Markdown.
    pub markdown: PathBuf,
    /// The notebook's observations, each with the numbers and the verdict; none in a report of own
    /// experiments.
    pub claims: PathBuf,
    /// Every number, for other programs.
    pub results: PathBuf,
    /// The figures, in the report's order.
    pub figures: Vec<PathBuf>,
    /// A table of all experiments, for a terminal: two lines of titles, then a line for each.
    pub summary: String,
}

/// Draws the run folder at `path` into itself: `figures/*.svg`, `report.html`, `report.md`,
/// `claims.json`, `results.csv` and `explorer.html`. A report about the assignment names whatever is
/// missing of it. The folder is locked during the drawing, and partial files of a drawing that was
/// killed are removed.
/// [`draw_into`] writes the same report elsewhere.
///
/// # Errors
/// [`Error::NotARun`]; [`Error::OtherVersion`], before anything is written; a file of the run that
/// cannot be read or does not hold what it should; another process that is at work in the folder; a
/// link in it; a file that cannot be written.
pub fn draw(path: &Path) -> Result<Outputs, Error> {
    draw_ranked_by(Scores::SSE, path)
}

/// [`draw`], with own experiments ranked by `score`.
///
/// # Errors
/// Those of [`draw`].
pub fn draw_ranked_by(score: ScoreColumn, path: &Path) -> Result<Outputs, Error> {
    check_is_run(path)?;
    let _lock = RunFolder::new(path).lock()?;
    write_report(&Run::open(path, "", score)?, path)
}

/// Draws the run folder at `path` into the folder `report`, which is made if it does not exist and may
/// not be a run folder. Nothing is written to the run folder: it may be somebody else's, or on a disk
/// that cannot be written. Own experiments are ranked by `score`.
///
/// # Errors
/// [`Error::ReportInRun`]; those of [`draw`].
pub fn draw_into(score: ScoreColumn, path: &Path, report: &Path) -> Result<Outputs, Error> {
    let _lock = lock_to_read(path)?;
    make_report_folder(report)?;
    write_report(&Run::open(path, &link_to(path, report)?, score)?, report)
}

/// Draws several run folders into one report in the folder `report`, which is made if it does not
/// exist and may not be a run folder. The experiments are named `RUN/ID` and ranked by `score`. Nothing
/// is written to the run folders.
///
/// # Errors
/// [`Error::NamedTwice`]; [`Error::ReportInRun`]; those of [`draw`].
pub fn compare(score: ScoreColumn, paths: &[&Path], report: &Path) -> Result<Outputs, Error> {
    let mut folders = BTreeSet::new();
    for path in paths {
        if !folders.insert(path.canonicalize().unwrap_or_else(|_| path.to_path_buf())) {
            return Err(Error::NamedTwice {
                path: path.to_path_buf(),
            });
        }
    }
    let locks: Result<Vec<_>, Error> = paths.iter().map(|path| lock_to_read(path)).collect();
    let _locks = locks?;
    make_report_folder(report)?;
    write_report(&Run::compare(paths, report, score)?, report)
}

/// Locks a run folder before anything is read, so that the report is of a run that has ended.
fn lock_to_read(path: &Path) -> Result<impl Sized, Error> {
    check_is_run(path)?;
    Ok(RunFolder::new(path).lock_to_read()?)
}

fn check_is_run(path: &Path) -> Result<(), Error> {
    if path.is_dir() && RunFolder::new(path).record()?.is_some() {
        return Ok(());
    }
    Err(Error::NotARun {
        path: path.to_owned(),
    })
}

/// Makes the folder for a report outside the run folders.
fn make_report_folder(report: &Path) -> Result<(), Error> {
    if report.join("run.json").exists() {
        return Err(Error::ReportInRun {
            path: report.to_owned(),
        });
    }
    make_folder(report)
}

/// Draws a run into the folder `path`.
fn write_report(run: &Run, path: &Path) -> Result<Outputs, Error> {
    let claims = claims::test(run)?;
    let report = sections::report(run, &claims)?;
    let (html, markdown) = report::render(&report)?;
    let results = results_csv::csv(run)?;
    let claims = serde_json::to_string_pretty(&claims)? + "\n";

    let figures_folder = path.join("figures");
    make_folder(&figures_folder)?;
    let files = [
        "report.html",
        "report.md",
        "claims.json",
        "results.csv",
        "explorer.html",
    ];
    for (folder, endings) in [(path, &files[..]), (&figures_folder, &[".svg"])] {
        durable_fs::remove_unfinished(folder, endings)?;
    }
    let mut figures = Vec::new();
    for figure in report.figures() {
        let file = figures_folder.join(format!("{}.svg", figure.name));
        write(&file, figure.drawing.svg.as_bytes())?;
        figures.push(file);
    }
    let outputs = Outputs {
        html: path.join("report.html"),
        markdown: path.join("report.md"),
        claims: path.join("claims.json"),
        results: path.join("results.csv"),
        figures,
        summary: summary_table::table(run),
    };
    write(&outputs.html, html.as_bytes())?;
    write(&outputs.markdown, markdown.as_bytes())?;
    write(&outputs.claims, claims.as_bytes())?;
    write(&outputs.results, &results)?;
    explorer::write(&run.run_folders(), &path.join("explorer.html"))?;
    Ok(outputs)
}

fn make_folder(path: &Path) -> Result<(), Error> {
    let made = fs::create_dir_all(path);
    Ok(made.map_err(|reason| durable_fs::Error::io("make", path, reason))?)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    Ok(durable_fs::write_atomically(path, bytes)?)
}
