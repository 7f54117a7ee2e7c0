//! The experiments that a figure or a table shows.

use crate::{
    notes::{dead_models, other_settings},
    report::{Block, Figure, Note, Source, Table},
    run::{Finished, Run},
};

/// The experiments that were asked for, and those of them that are there.
#[derive(Clone, Debug)]
pub struct Selection<'a> {
    /// Where they are from.
    pub run: &'a Run,
    /// Those that are there, in the order asked for.
    pub experiments: Vec<&'a Finished>,
    /// Those that are not, each with the reason.
    absent: Vec<String>,
}

impl<'a> Selection<'a> {
    /// Experiments of the assignment.
    pub fn new(run: &'a Run, ids: &[&str]) -> Self {
        Selection {
            run,
            experiments: ids.iter().filter_map(|id| run.get(id)).collect(),
            absent: run.absent(ids.iter().copied()),
        }
    }

    /// One experiment, whichever it is.
    pub fn one(run: &'a Run, experiment: &'a Finished) -> Self {
        Selection {
            run,
            experiments: vec![experiment],
            absent: Vec::new(),
        }
    }

    /// Whether none is there, so that nothing can be drawn.
    pub fn is_empty(&self) -> bool {
        self.experiments.is_empty()
    }

    /// Their names, in a row.
    pub fn names(&self) -> String {
        let names: Vec<&str> = self.experiments.iter().map(|e| e.id()).collect();
        names.join(", ")
    }

    /// The file `name` of each.
    pub fn sources(&self, name: &str) -> Vec<Source> {
        self.experiments.iter().map(|e| e.source(name)).collect()
    }

    /// The sentence in the place of a figure that cannot be drawn.
    pub fn absence(&self, title: &str) -> Block {
        Block::Absent {
            title: title.into(),
            reason: format!("Missing: {}.", self.absent.join(", ")),
        }
    }

    /// Adds to a figure what must be said of the experiments in it.
    pub fn figure(&self, mut figure: Figure) -> Block {
        figure.notes.extend(self.notes());
        Block::Figure(figure)
    }

    /// Adds to a table what must be said of the experiments in it; a sentence in its place if
    /// there are none.
    pub fn table(&self, mut table: Table) -> Block {
        if self.is_empty() {
            return self.absence(&table.title);
        }
        table.notes.extend(self.notes());
        Block::Table(table)
    }

    fn notes(&self) -> Vec<Note> {
        let missing = (!self.absent.is_empty()).then(|| Note {
            label: "Missing here",
            text: format!("{}.", self.absent.join(", ")),
        });
        missing
            .into_iter()
            .chain(other_settings(&self.experiments))
            .chain(dead_models(&self.experiments))
            .collect()
    }
}
