//! Tables as data.

use serde::Serialize;

use crate::report::page::{Note, Source};

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
    /// What stands in it.
    pub kind: ColumnKind,
}

/// What stands in a column.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ColumnKind {
    /// A few words.
    Words,
    /// Numbers, which stand to the right.
    Number,
    /// Sentences, which need room.
    Prose,
    /// Lines that are not to be broken.
    Lines,
}

/// A cell of a table.
#[derive(Clone, Debug, Serialize)]
pub struct Cell {
    /// What stands in it.
    pub text: String,
    /// A file in the run folder or a place in the report to which it leads.
    pub link: Option<String>,
    /// The name under which it can be linked to.
    pub anchor: Option<String>,
}

impl Column {
    /// A column of words.
    pub fn words(head: impl Into<String>) -> Self {
        Column {
            head: head.into(),
            kind: ColumnKind::Words,
        }
    }

    /// A column of numbers.
    pub fn numbers(head: impl Into<String>) -> Self {
        Column {
            head: head.into(),
            kind: ColumnKind::Number,
        }
    }

    /// A column of sentences.
    pub fn prose(head: impl Into<String>) -> Self {
        Column {
            head: head.into(),
            kind: ColumnKind::Prose,
        }
    }

    /// A column of lines.
    pub fn lines(head: impl Into<String>) -> Self {
        Column {
            head: head.into(),
            kind: ColumnKind::Lines,
        }
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Cell {
            text: text.into(),
            link: None,
            anchor: None,
        }
    }
}

impl Cell {
    /// A cell that leads somewhere.
    pub fn linked(text: impl Into<String>, link: impl Into<String>) -> Self {
        Cell {
            link: Some(link.into()),
            ..text.into().into()
        }
    }
}
