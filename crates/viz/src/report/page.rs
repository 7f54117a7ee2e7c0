//! The report as data: one tree, which both templates write out.

use serde::Serialize;

use crate::drawing::svg::Drawing;
pub use crate::report::table::{Cell, Column, Table};

/// Everything that a reader of the report sees.
#[derive(Debug, Serialize)]
pub struct Report {
    /// What it is.
    pub introduction: &'static str,
    /// What a reader must know before any figure.
    pub notes: Vec<Note>,
    /// Experiments of the assignment that are not there.
    pub missing: Option<Missing>,
    /// What came out, and what it cost.
    pub summary: Summary,
    /// In reading order.
    pub sections: Vec<Section>,
}

/// The report in a few sentences.
#[derive(Debug, Serialize)]
pub struct Summary {
    /// How many claims have which verdict, or what own experiments came to.
    pub finding: String,
    /// The claims of each verdict.
    pub verdicts: Vec<Verdicts>,
    /// What was trained, for how long, on what.
    pub cost: String,
}

/// The claims of one verdict.
#[derive(Debug, Serialize)]
pub struct Verdicts {
    /// The verdict.
    pub title: &'static str,
    /// Each leads to its row in the table of claims.
    pub claims: Vec<Cell>,
}

/// Experiments that are not there, and how to get them.
#[derive(Debug, Serialize)]
pub struct Missing {
    /// Each with the reason, if it was run at all.
    pub experiments: Vec<String>,
    /// The command that trains them.
    pub command: String,
}

/// A section, for instance a part of the assignment.
#[derive(Debug, Serialize)]
pub struct Section {
    /// Its anchor.
    pub id: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// What it is about.
    pub text: String,
    /// Figures and tables in reading order.
    pub blocks: Vec<Block>,
}

/// A piece of a section.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Block {
    /// A heading within the section.
    Heading {
        /// The heading.
        title: String,
    },
    /// A figure.
    Figure(Figure),
    /// A table.
    Table(Table),
    /// A figure that cannot be drawn.
    Absent {
        /// The figure's title.
        title: String,
        /// Why.
        reason: String,
    },
    /// What the notebook concluded in a part.
    Conclusions {
        /// Each conclusion, with a link to the claim that it became.
        claims: Vec<Conclusion>,
        /// Why they may not hold.
        notes: Vec<Note>,
    },
}

/// A conclusion of the notebook.
#[derive(Debug, Serialize)]
pub struct Conclusion {
    /// In our words.
    pub observation: String,
    /// What we found.
    pub verdict: Cell,
}

/// A figure with all that stands around it.
#[derive(Debug, Serialize)]
pub struct Figure {
    /// Its file is `figures/NAME.svg`.
    pub name: String,
    /// Its heading.
    pub title: String,
    /// What is to be seen, for those who cannot see it.
    pub alt: String,
    /// What is shown and how.
    pub caption: String,
    /// What touches its meaning.
    pub notes: Vec<Note>,
    /// The files it was drawn from.
    pub sources: Vec<Source>,
    /// The figure itself.
    pub drawing: Drawing,
}

/// Something that a reader must know to take a figure rightly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Note {
    /// What sort of thing.
    pub label: &'static str,
    /// The thing itself.
    pub text: String,
}

/// A file in the run folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Source {
    /// Its path, relative to the run folder.
    pub path: String,
    /// What the link to it says.
    pub label: String,
}

impl Section {
    /// Its figures.
    pub fn figures(&self) -> impl Iterator<Item = &Figure> {
        self.blocks.iter().filter_map(|block| match block {
            Block::Figure(figure) => Some(figure),
            _ => None,
        })
    }
}

impl Source {
    /// A file that the report calls by its path.
    pub fn new(path: impl Into<String>) -> Self {
        let path = path.into();
        Source {
            label: path.clone(),
            path,
        }
    }
}

impl Block {
    /// A heading within the section.
    pub fn heading(title: &str) -> Self {
        Block::Heading {
            title: title.into(),
        }
    }
}
