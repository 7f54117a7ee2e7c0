//! Draws a fabricated run folder and reads what was written.

use std::{fs, path::PathBuf};

use crate::fabricated;
use experiment::{Experiment, RunFolder, assignment::full};
use tempfile::TempDir;
use viz::draw;

/// A run folder that was drawn.
pub struct DrawnRun {
    pub folder: TempDir,
    pub html: String,
    pub markdown: String,
    pub claims: serde_json::Value,
    pub results: String,
    pub figures: Vec<PathBuf>,
    pub summary: String,
}

/// A run of `experiments`, changed and then drawn.
pub fn drawn(experiments: &[Experiment], change: impl FnOnce(&RunFolder)) -> DrawnRun {
    let folder = tempfile::tempdir().unwrap();
    let run = fabricated::run(folder.path(), experiments);
    change(&run);
    let outputs = draw(folder.path()).unwrap();
    let read = |path| fs::read_to_string(path).unwrap();
    DrawnRun {
        html: read(&outputs.html),
        markdown: read(&outputs.markdown),
        claims: serde_json::from_str(&read(&outputs.claims)).unwrap(),
        results: read(&outputs.results),
        figures: outputs.figures,
        summary: outputs.summary,
        folder,
    }
}

impl DrawnRun {
    /// The figure of the page with the given name.
    pub fn figure(&self, name: &str) -> &str {
        let start = self.html.find(&format!("<figure id=\"{name}\"")).unwrap();
        self.html[start..].split("</figure>").next().unwrap()
    }

    /// The page up to its table of contents.
    pub fn top(&self) -> &str {
        self.html.split("<nav").next().unwrap()
    }

    /// The claim with that id in `claims.json`.
    pub fn claim(&self, id: &str) -> &serde_json::Value {
        let claims = self.claims.as_array().unwrap();
        claims.iter().find(|claim| claim["id"] == id).unwrap()
    }
}

/// Experiments of the assignment.
pub fn only(ids: &[&str]) -> Vec<Experiment> {
    let mut list = full(1);
    list.retain(|experiment| ids.contains(&experiment.id.as_str()));
    list
}

/// The parts of `text` between each `start` and the next `end`.
pub fn between<'a>(text: &'a str, start: &str, end: char) -> Vec<&'a str> {
    text.split(start)
        .skip(1)
        .map(|rest| rest.split(end).next().unwrap())
        .collect()
}
