//! Tables as data.

use serde::Serialize;

use super::note::Note;
use crate::run::{ExperimentResults, SeedResults, Source};

/// A table with its title, caption, notes and sources.
#[derive(Debug, Serialize)]
pub struct Table {
    pub title: String,
    /// What the columns mean.
    pub caption: String,
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Cell>>,
    /// What a reader must know to interpret it.
    pub notes: Vec<Note>,
    /// The files that its numbers come from.
    pub sources: Vec<Source>,
}

#[derive(Debug, Serialize)]
pub struct Column {
    pub title: String,
    pub kind: ColumnKind,
}

/// How the cells of a column are set.
#[derive(Debug, Serialize)]
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

#[derive(Debug, Serialize)]
pub struct Cell {
    pub text: String,
    /// The file in the run folder, or the anchor in the report, that it links to.
    pub link: Option<String>,
    /// Its own anchor.
    pub anchor: Option<String>,
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

/// Columns, each with the function that fills its cell in the row about an `R`.
pub struct Columns<'a, R>(Vec<(Column, CellOf<'a, R>)>);

type CellOf<'a, R> = Box<dyn Fn(R) -> Cell + 'a>;

impl<'a, R: Copy + 'a> Columns<'a, R> {
    pub fn new() -> Self {
        Columns(Vec::new())
    }

    /// Adds a column of words.
    pub fn words<C: Into<Cell>>(
        self,
        title: impl Into<String>,
        cell: impl Fn(R) -> C + 'a,
    ) -> Self {
        self.with(ColumnKind::Words, title, cell)
    }

    /// Adds a column of numbers.
    pub fn numbers<C: Into<Cell>>(
        self,
        title: impl Into<String>,
        cell: impl Fn(R) -> C + 'a,
    ) -> Self {
        self.with(ColumnKind::Number, title, cell)
    }

    /// Adds a column of any kind.
    pub fn with<C: Into<Cell>>(
        mut self,
        kind: ColumnKind,
        title: impl Into<String>,
        cell: impl Fn(R) -> C + 'a,
    ) -> Self {
        let title = title.into();
        let cell = Box::new(move |subject| cell(subject).into());
        self.0.push((Column { title, kind }, cell));
        self
    }

    /// The table with these rows.
    pub fn table(
        self,
        title: &str,
        caption: impl Into<String>,
        subjects: impl IntoIterator<Item = R>,
    ) -> Table {
        let row = |subject| self.0.iter().map(|(_, cell)| cell(subject)).collect();
        Table {
            title: title.into(),
            caption: caption.into(),
            rows: subjects.into_iter().map(row).collect(),
            columns: self.0.into_iter().map(|(column, _)| column).collect(),
            notes: Vec::new(),
            sources: Vec::new(),
        }
    }
}

impl<'a> Columns<'a, &'a ExperimentResults> {
    /// Columns that begin with the experiment's name.
    pub fn of_experiments() -> Self {
        Columns::new().words("experiment", ExperimentResults::id)
    }

    /// Adds a column of means over the seeds.
    pub fn means<T: Into<Option<f64>>>(
        self,
        title: impl Into<String>,
        places: usize,
        value: impl Fn(&SeedResults) -> T + 'a,
    ) -> Self {
        self.numbers(title, move |e| e.number(places, &value))
    }
}
