//! The experiments that a figure or a table shows, and the notes that they require.

use super::{
    note::{Note, Seeds, dead_here, grouped, other_settings},
    page::{Block, Figure},
    table::Table,
};
use crate::{
    format::join,
    run::{ExperimentResults, Run, SeedResults, Source},
};

/// The experiments that were requested, as far as they have results.
#[derive(Clone, Debug)]
pub struct Selection<'a> {
    pub run: &'a Run,
    /// Those with results, in the order requested.
    pub experiments: Vec<&'a ExperimentResults>,
    /// Those without, each with the reason.
    missing: Vec<String>,
}

impl<'a> Selection<'a> {
    /// Experiments of the assignment.
    pub fn new(run: &'a Run, ids: &[&str]) -> Self {
        Selection {
            run,
            experiments: ids.iter().filter_map(|id| run.get(id)).collect(),
            missing: run.missing(ids.iter().copied()),
        }
    }

    /// These experiments, of the assignment or the user's own.
    pub fn of(run: &'a Run, experiments: Vec<&'a ExperimentResults>) -> Self {
        Selection {
            experiments,
            ..Selection::new(run, &[])
        }
    }

    /// All experiments with results, the user's own included.
    pub fn all(run: &'a Run) -> Self {
        Selection {
            experiments: run.experiments().collect(),
            ..Selection::new(run, &[])
        }
    }

    /// Whether there is nothing to draw.
    pub fn is_empty(&self) -> bool {
        self.experiments.is_empty()
    }

    /// The experiments' names, separated by commas.
    pub fn names(&self) -> String {
        join(self.rows().map(ExperimentResults::id), ", ")
    }

    /// The experiments, each of which is a row of most tables.
    pub fn rows(&self) -> impl Iterator<Item = &'a ExperimentResults> {
        self.experiments.iter().copied()
    }

    /// The first seed of each experiment, whose images are shown.
    pub fn first_seeds(&self) -> impl Iterator<Item = &'a SeedResults> {
        self.rows().map(ExperimentResults::first)
    }

    /// The file `name` of each seed of each experiment.
    pub fn sources(&self, name: &str) -> Vec<Source> {
        self.rows().flat_map(|e| e.sources(name)).collect()
    }

    /// A placeholder that says why a figure or a table is missing.
    pub fn placeholder(&self, title: &str) -> Block {
        let reason = if self.missing.is_empty() {
            "No experiment has results.".into()
        } else {
            format!("Missing: {}.", self.missing.join(", "))
        };
        Block::Missing {
            title: title.into(),
            reason,
        }
    }

    /// A placeholder with a reason of its own.
    pub fn placeholder_because(&self, title: &str, reason: &str) -> Block {
        match self.placeholder(title) {
            Block::Missing { title, .. } if !self.is_empty() => Block::Missing {
                title,
                reason: reason.into(),
            },
            other => other,
        }
    }

    /// Adds to a figure of images the notes on its experiments. Images are those of the first seed.
    pub fn images(&self, mut figure: Figure) -> Block {
        // The overview of the assignment says it once.
        if self.has_several_seeds() && !self.run.of_assignment {
            figure
                .caption
                .push_str(" Where there are several seeds, the first is shown.");
        }
        figure.notes.extend(self.notes(Seeds::First));
        Block::Figure(figure)
    }

    /// Adds to a figure of numbers the notes on its experiments.
    pub fn plot(&self, mut figure: Figure) -> Block {
        figure.notes.extend(self.notes(Seeds::All));
        Block::Figure(figure)
    }

    /// Adds to a table of means the notes on its experiments, and the file `source` of each; returns
    /// a placeholder if there are none.
    pub fn table(&self, source: &str, mut table: Table) -> Block {
        if self.has_several_seeds() {
            let seeds = self.rows().map(|e| (e.id().into(), count_seeds(e)));
            let seeds = grouped(seeds).unwrap_or_default();
            table.notes.push(Note::new(
                "Seeds",
                format!(
                    "mean ± standard deviation (n − 1) over the living seeds, or over all where none \
                     is alive. {seeds}"
                ),
            ));
        }
        self.plain_table(source, table)
    }

    /// The same for a table without means.
    pub fn plain_table(&self, source: &str, mut table: Table) -> Block {
        if self.is_empty() {
            return self.placeholder(&table.title);
        }
        table.notes.extend(self.notes(Seeds::All));
        table.sources = self.sources(source);
        Block::Table(table)
    }

    /// Whether any of the experiments has more than one seed.
    pub fn has_several_seeds(&self) -> bool {
        self.experiments.iter().any(|e| e.seeds.len() > 1)
    }

    /// Short: the top of the report says each of them in full.
    fn notes(&self, shown: Seeds) -> Vec<Note> {
        let mut notes = Vec::new();
        if !self.missing.is_empty() {
            let missing = format!("{}.", self.missing.join(", "));
            notes.push(Note::new("Missing here", missing));
        }
        if !self.run.is_of_other_length() {
            notes.extend(other_settings(&self.experiments));
        }
        // The top of a report of own experiments names them once.
        if self.run.of_assignment {
            notes.extend(dead_here(&self.experiments, shown));
        }
        notes
    }
}

/// "3 seeds", or "2 of 3 seeds alive".
fn count_seeds(experiment: &ExperimentResults) -> String {
    let all = experiment.seeds.len();
    let dead = experiment.seeds.iter().filter(|seed| seed.is_dead());
    match dead.count() {
        0 if all == 1 => "1 seed".into(),
        0 => format!("{all} seeds"),
        dead => format!("{} of {all} seeds alive", all - dead),
    }
}
