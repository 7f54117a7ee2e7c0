//! The experiments that a figure or a table shows.

use crate::{
    report::notes::{Seeds, dead_models, grouped, other_settings},
    report::page::{Block, Figure, Note, Source, Table},
    run::Run,
    run::experiment::Finished,
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

    /// Everything that is finished, the user's own experiments too.
    pub fn all(run: &'a Run) -> Self {
        Selection {
            run,
            experiments: run.finished().collect(),
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

    /// The file `name` of each seed of each.
    pub fn sources(&self, name: &str) -> Vec<Source> {
        let experiments = self.experiments.iter();
        experiments.flat_map(|e| e.sources(name)).collect()
    }

    /// The sentence in the place of a figure that cannot be drawn.
    pub fn absence(&self, title: &str) -> Block {
        let reason = if self.absent.is_empty() {
            "No experiment is finished.".into()
        } else {
            format!("Missing: {}.", self.absent.join(", "))
        };
        Block::Absent {
            title: title.into(),
            reason,
        }
    }

    /// Adds to a figure of images what must be said of the experiments in it. Images are those of
    /// the first seed.
    pub fn images(&self, mut figure: Figure) -> Block {
        if self.has_several_seeds() {
            figure.caption.push_str(" Of several seeds, the first.");
        }
        figure.notes.extend(self.settings_notes());
        let experiments = &self.experiments;
        figure.notes.extend(dead_models(experiments, Seeds::First));
        Block::Figure(figure)
    }

    /// Adds to a figure of numbers what must be said of the experiments in it.
    pub fn plot(&self, mut figure: Figure) -> Block {
        figure.notes.extend(self.notes());
        Block::Figure(figure)
    }

    /// Adds to a table of means what must be said of the experiments in it; a sentence in its
    /// place if there are none.
    pub fn table(&self, mut table: Table) -> Block {
        if self.has_several_seeds() {
            let experiments = self.experiments.iter();
            let seeds = grouped(experiments.map(|e| (e.id().into(), seeds_in_words(e))));
            table.notes.push(Note {
                label: "Seeds",
                text: format!(
                    "mean ± standard deviation (n − 1) over the seeds that live, or over all \
                     where none does. {}",
                    seeds.unwrap_or_default()
                ),
            });
        }
        self.plain_table(table)
    }

    /// Adds to a table without means what must be said of the experiments in it; a sentence in
    /// its place if there are none.
    pub fn plain_table(&self, mut table: Table) -> Block {
        if self.is_empty() {
            return self.absence(&table.title);
        }
        table.notes.extend(self.notes());
        Block::Table(table)
    }

    /// Whether any of them has more than one seed.
    pub fn has_several_seeds(&self) -> bool {
        self.experiments.iter().any(|e| e.seeds.len() > 1)
    }

    fn notes(&self) -> Vec<Note> {
        let mut notes = self.settings_notes();
        notes.extend(dead_models(&self.experiments, Seeds::All));
        notes
    }

    fn settings_notes(&self) -> Vec<Note> {
        let missing = (!self.absent.is_empty()).then(|| Note {
            label: "Missing here",
            text: format!("{}.", self.absent.join(", ")),
        });
        missing
            .into_iter()
            .chain(other_settings(&self.experiments))
            .collect()
    }
}

/// "3 seeds", or "2 of 3 seeds live".
fn seeds_in_words(experiment: &Finished) -> String {
    let all = experiment.seeds.len();
    let dead = experiment.seeds.iter().filter(|seed| seed.is_dead());
    match dead.count() {
        0 if all == 1 => "1 seed".into(),
        0 => format!("{all} seeds"),
        dead => format!("{} of {all} seeds live", all - dead),
    }
}
