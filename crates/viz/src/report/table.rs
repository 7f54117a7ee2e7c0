//! Tables as data.

use serde::Serialize;

use super::note::Note;
use crate::run::Source;

/// A table with its title, caption, notes and sources.
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
    /// What a reader must know to interpret it.
    pub notes: Vec<Note>,
    /// The files that its numbers come from.
    pub sources: Vec<Source>,
}

/// A column of a table.
#[derive(Clone, Debug, Serialize)]
pub struct Column {
    /// The text above it.
    pub title: String,
    /// How its cells are set.
    pub kind: ColumnKind,
}

/// How the cells of a column are set.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ColumnKind {
    /// A few words.
    Words,
    /// Numbers, aligned to the right.
    Number,
    /// Sentences, which need room.
    Prose,
    /// Several lines, broken only where the text is.
    Lines,
}

/// A cell of a table.
#[derive(Clone, Debug, Serialize)]
pub struct Cell {
    /// Its text.
    pub text: String,
    /// The file in the run folder, or the anchor in the report, that it links to.
    pub link: Option<String>,
    /// Its own anchor.
    pub anchor: Option<String>,
}

impl Column {
    /// A column of words.
    pub fn words(title: impl Into<String>) -> Self {
        Column {
            title: title.into(),
            kind: ColumnKind::Words,
        }
    }

    /// A column of numbers.
    pub fn numbers(title: impl Into<String>) -> Self {
        Column {
            title: title.into(),
            kind: ColumnKind::Number,
        }
    }

    /// A column of sentences.
    pub fn prose(title: impl Into<String>) -> Self {
        Column {
            title: title.into(),
            kind: ColumnKind::Prose,
        }
    }

    /// A column of lines.
    pub fn lines(title: impl Into<String>) -> Self {
        Column {
            title: title.into(),
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
    /// A cell with a link.
    pub fn linked(text: impl Into<String>, link: impl Into<String>) -> Self {
        Cell {
            link: Some(link.into()),
            ..text.into().into()
        }
    }
}
