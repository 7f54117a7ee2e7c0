//! The report as data: one tree, which both templates write out.

use serde::Serialize;

use crate::{
    drawing::Drawing,
    notes::{TEN_IMAGES, fault},
};

/// Everything that a reader of the report sees.
#[derive(Debug, Serialize)]
pub struct Report {
    /// What a reader must know before any figure.
    pub notes: Vec<Note>,
    /// Experiments of the assignment that are not there.
    pub missing: Option<Missing>,
    /// What was run, on what.
    pub about: Table,
    /// All experiments of the assignment at a glance.
    pub summary: Table,
    /// The parts of the assignment, then the user's own experiments.
    pub sections: Vec<Section>,
}

/// Experiments that are not there, and how to get them.
#[derive(Debug, Serialize)]
pub struct Missing {
    /// Each with the reason, if it was run at all.
    pub experiments: Vec<String>,
    /// The command that trains them.
    pub command: String,
}

/// A part of the assignment.
#[derive(Debug, Serialize)]
pub struct Section {
    /// Its anchor.
    pub id: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// What it is about.
    pub text: &'static str,
    /// Figures and tables in reading order.
    pub blocks: Vec<Block>,
    /// What the notebook concluded.
    pub concluded: Option<Conclusions>,
}

/// What the notebook concluded in a part, and what must be known to judge it.
#[derive(Debug, Serialize)]
pub struct Conclusions {
    /// In our words.
    pub claims: &'static [&'static str],
    /// Why they may not hold.
    pub notes: Vec<Note>,
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

/// A table with all that stands around it.
#[derive(Debug, Serialize)]
pub struct Table {
    /// Its heading.
    pub title: String,
    /// What the columns mean.
    pub caption: String,
    /// The columns from left to right.
    pub columns: Vec<Column>,
    /// The cells, row by row.
    pub rows: Vec<Vec<Cell>>,
    /// What touches its meaning.
    pub notes: Vec<Note>,
    /// The files that its numbers come from.
    pub sources: Vec<Source>,
}

/// A column of a table.
#[derive(Clone, Debug, Serialize)]
pub struct Column {
    /// What stands over it.
    pub head: String,
    /// Whether it holds numbers, which stand to the right.
    pub number: bool,
}

/// A cell of a table.
#[derive(Clone, Debug, Serialize)]
pub struct Cell {
    /// What stands in it.
    pub text: String,
    /// A file in the run folder to which it leads.
    pub link: Option<Source>,
}

/// Something that a reader must know to take a figure rightly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Note {
    /// What sort of thing.
    pub label: &'static str,
    /// The thing itself.
    pub text: String,
}

/// A file in the run folder, as a path relative to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Source(pub String);

impl Column {
    /// A column of words.
    pub fn words(head: impl Into<String>) -> Self {
        Column {
            head: head.into(),
            number: false,
        }
    }

    /// A column of numbers.
    pub fn numbers(head: impl Into<String>) -> Self {
        Column {
            head: head.into(),
            number: true,
        }
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Cell {
            text: text.into(),
            link: None,
        }
    }
}

impl Conclusions {
    /// Conclusions from ten images and one run, as all of the notebook's are.
    pub fn new(claims: &'static [&'static str]) -> Self {
        Conclusions {
            claims,
            notes: vec![fault(TEN_IMAGES)],
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
