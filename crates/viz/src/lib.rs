//! Draws a run folder: every figure of the assignment as SVG, and one report of all figures and
//! numbers as HTML and as Markdown.
//!
//! [`draw`] reads nothing but the run folder, so whoever has one can draw it, without libtorch and
//! without training. The module `run` reads and checks it, `claims` tests the notebook's
//! observations on it, `parts` makes a section of each part of the assignment, and `report` is the
//! whole as data, which two templates write out. Every figure and number names the file of the run
//! folder that it comes from.

#![deny(missing_docs)]

mod claims;
mod drawing;
mod error;
mod format;
mod report;
mod results_csv;
mod run;
mod sections;

use std::{
    fs,
    path::{Path, PathBuf},
};

use claims::Judged;
pub use drawing::{
    axis::Axis,
    plot::{Curve, Plot, Point},
    svg::Drawing,
};
pub use error::Error;
use experiment::RunFolder;
use report::{
    page::{Report, Section},
    render,
};
use run::Run;
use sections::{health, overview, preamble, summary};

/// The files that [`draw`] wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs {
    /// One page that opens offline.
    pub html: PathBuf,
    /// The same in Markdown.
    pub markdown: PathBuf,
    /// The notebook's observations, each with the numbers and the verdict.
    pub claims: PathBuf,
    /// Every number, for other programs.
    pub results: PathBuf,
    /// The figures, in the report's order.
    pub figures: Vec<PathBuf>,
}

/// Draws the run folder at `path` into itself: `figures/*.svg`, `report.html`, `report.md`,
/// `claims.json` and `results.csv`. What it holds of the assignment is drawn, and the report says
/// what is missing. Nothing else may change the folder meanwhile, so that its lock is taken, and
/// what a drawing that was killed left half written is removed.
///
/// # Errors
/// [`Error::NotARun`]; a file of the run that cannot be read or does not hold what it should;
/// another process that is at work in the folder; a link in it; a file that cannot be written.
pub fn draw(path: &Path) -> Result<Outputs, Error> {
    let folder = RunFolder::new(path);
    if folder.record()?.is_none() {
        return Err(Error::NotARun {
            path: path.to_owned(),
        });
    }
    // Before anything is read: else the report could be of what was there before a run ended.
    let _lock = folder.lock()?;
    let run = Run::open(path)?;
    let claims = if run.is_own() {
        Vec::new()
    } else {
        claims::judge(&run)?
    };
    let report = Report {
        introduction: preamble::introduction(&run),
        notes: preamble::notes(&run),
        missing: preamble::missing(&run),
        summary: summary::summary(&run, &claims),
        sections: sections(&run, &claims)?,
    };
    let rendered = render::render(&report)?;
    let results = results_csv::csv(&run)?;
    let claims = serde_json::to_string_pretty(&claims)? + "\n";

    let folder = path.join("figures");
    fs::create_dir_all(&folder).map_err(|source| Error::write(&folder, source))?;
    let files = ["report.html", "report.md", "claims.json", "results.csv"];
    for (folder, endings) in [(path, &files[..]), (&folder, &[".svg"])] {
        durable_fs::remove_unfinished(folder, endings)?;
    }
    let mut figures = Vec::new();
    for figure in report.sections.iter().flat_map(Section::figures) {
        let file = folder.join(format!("{}.svg", figure.name));
        write(&file, figure.drawing.svg.as_bytes())?;
        figures.push(file);
    }
    let outputs = Outputs {
        html: path.join("report.html"),
        markdown: path.join("report.md"),
        claims: path.join("claims.json"),
        results: path.join("results.csv"),
        figures,
    };
    write(&outputs.html, rendered.html.as_bytes())?;
    write(&outputs.markdown, rendered.markdown.as_bytes())?;
    write(&outputs.claims, claims.as_bytes())?;
    write(&outputs.results, &results)?;
    Ok(outputs)
}

/// The sections in their order: own experiments come last in a run of the assignment, and first
/// where nothing else is there.
fn sections(run: &Run, claims: &[Judged]) -> Result<Vec<Section>, Error> {
    let (overview, health) = (overview::section(run), health::section(run));
    let across = sections::across(run)?;
    let own = sections::own(run)?;
    if run.is_own() {
        return Ok(own.into_iter().chain([overview, health, across]).collect());
    }
    let parts = sections::of_assignment(run, claims)?;
    let figures = parts.iter().chain([&across]).flat_map(Section::figures);
    let figures = figures.map(|figure| figure.name.clone()).collect();
    let mut sections = vec![
        sections::claims::section(run, claims, &figures),
        health,
        overview,
    ];
    sections.extend(parts);
    sections.push(across);
    sections.extend(own);
    Ok(sections)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    Ok(durable_fs::write_atomically(path, bytes)?)
}
