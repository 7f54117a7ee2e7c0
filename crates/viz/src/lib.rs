//! Draws a run folder: every figure of the assignment as SVG, and one report of all figures and
//! numbers as HTML and as Markdown.
//!
//! [`draw`] reads nothing but the run folder, so whoever has one can draw it, without libtorch and
//! without training. The module `run` reads and checks it, `parts` makes a section of each part of
//! the assignment, and `report` is the whole as data, which two templates write out. Every figure
//! and number names the file of the run folder that it comes from.

#![deny(missing_docs)]

mod curves;
mod differences;
mod drawing;
mod error;
mod grid;
mod image;
mod notebook;
mod notes;
mod numbers;
mod parts;
mod render;
mod report;
mod run;
mod selection;
mod summary;

use std::{
    fs,
    path::{Path, PathBuf},
};

pub use error::Error;
use report::{Block, Report};
use run::Run;

/// The files that [`draw`] wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs {
    /// One page that opens offline.
    pub html: PathBuf,
    /// The same in Markdown.
    pub markdown: PathBuf,
    /// The figures, in the report's order.
    pub figures: Vec<PathBuf>,
}

/// Draws the run folder at `path` into itself: `figures/*.svg`, `report.html` and `report.md`.
/// What it holds of the assignment is drawn, and the report says what is missing.
///
/// # Errors
/// [`Error::NotARun`]; a file of the run that cannot be read or does not hold what it should; a
/// file that cannot be written.
pub fn draw(path: &Path) -> Result<Outputs, Error> {
    let run = Run::open(path)?;
    let report = Report {
        notes: summary::notes(&run),
        missing: summary::missing(&run),
        about: summary::about(&run),
        summary: summary::summary(&run),
        sections: parts::sections(&run)?,
    };
    let rendered = render::render(&report)?;

    let folder = path.join("figures");
    fs::create_dir_all(&folder).map_err(|source| Error::write(&folder, source))?;
    let mut figures = Vec::new();
    for block in report.sections.iter().flat_map(|section| &section.blocks) {
        if let Block::Figure(figure) = block {
            let file = folder.join(format!("{}.svg", figure.name));
            write(&file, &figure.drawing.svg)?;
            figures.push(file);
        }
    }
    let outputs = Outputs {
        html: path.join("report.html"),
        markdown: path.join("report.md"),
        figures,
    };
    write(&outputs.html, &rendered.html)?;
    write(&outputs.markdown, &rendered.markdown)?;
    Ok(outputs)
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    mnist_io::write_atomically(path, text.as_bytes()).map_err(|source| Error::write(path, source))
}
