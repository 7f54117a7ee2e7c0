//! An experiment with all of its seeds.

use std::collections::BTreeSet;

use experiment::Experiment;

use crate::{
    Error,
    format::{NONE, Spread},
    report::page::Source,
    run::notebook::{Printed, printed},
    run::seed::Trained,
};

/// An experiment whose evaluation is there for one seed or more.
#[derive(Debug)]
pub struct Finished {
    /// Each seed, the one that the images in figures come from first. Never empty.
    pub seeds: Vec<Trained>,
    /// Of the assignment and with the assignment's model.
    pub of_assignment: bool,
    /// For an experiment of the assignment, which settings are not the assignment's.
    pub differences: Vec<String>,
}

impl Finished {
    /// Takes in another seed.
    ///
    /// # Errors
    /// [`Error::Content`] if it was trained with other settings: no mean could be taken.
    pub fn add(&mut self, trained: Trained) -> Result<(), Error> {
        let first = &self.first().settings;
        let alike = Experiment {
            seed: first.seed,
            ..trained.settings.clone()
        };
        if let Some(difference) = alike.difference(first) {
            return Err(Error::Content {
                path: trained.path("experiment.json"),
                expected: format!("the settings of seed {}", first.seed),
                found: difference,
            });
        }
        self.seeds.push(trained);
        Ok(())
    }

    /// Its name.
    pub fn id(&self) -> &str {
        &self.first().settings.id
    }

    /// The first seed.
    pub fn first(&self) -> &Trained {
        &self.seeds[0]
    }

    /// The seeds that it was run with.
    pub fn seed_numbers(&self) -> BTreeSet<u64> {
        self.seeds.iter().map(|seed| seed.settings.seed).collect()
    }

    /// The settings, which all seeds share.
    pub fn settings(&self) -> &Experiment {
        &self.first().settings
    }

    /// What the notebook printed of it: of an own experiment nothing, whatever its name.
    pub fn printed(&self) -> &'static Printed {
        printed(if self.of_assignment { self.id() } else { "" })
    }

    /// The seeds that numbers are averaged over: those that live, or all if none does.
    pub fn averaged(&self) -> Vec<&Trained> {
        let living: Vec<&Trained> = self.seeds.iter().filter(|seed| !seed.is_dead()).collect();
        if living.is_empty() {
            self.seeds.iter().collect()
        } else {
            living
        }
    }

    /// A number over [`Finished::averaged`]; nothing if no seed has it.
    pub fn spread(&self, value: impl Fn(&Trained) -> Option<f64>) -> Option<Spread> {
        let values: Vec<f64> = self.averaged().into_iter().filter_map(value).collect();
        Spread::of(&values)
    }

    /// The same in words, or a dash.
    pub fn number(&self, places: usize, value: impl Fn(&Trained) -> Option<f64>) -> String {
        self.spread(value)
            .map_or(NONE.into(), |spread| spread.in_words(places))
    }

    /// The file of each seed.
    pub fn sources(&self, file: &str) -> Vec<Source> {
        self.seeds.iter().map(|seed| seed.source(file)).collect()
    }

    /// Its name, with the seeds of which `is_so` is true unless there is but one seed; nothing if
    /// it is true of none.
    pub fn name_where(&self, is_so: impl Fn(&Trained) -> bool) -> Option<String> {
        let seeds: Vec<String> = self
            .seeds
            .iter()
            .filter(|seed| is_so(seed))
            .map(|seed| seed.settings.seed.to_string())
            .collect();
        match (self.seeds.len(), seeds.len()) {
            (_, 0) => None,
            (1, _) => Some(self.id().into()),
            (2, 2) => Some(format!("{} (both seeds)", self.id())),
            (all, some) if all == some => Some(format!("{} (all {all} seeds)", self.id())),
            (_, 1) => Some(format!("{} (seed {})", self.id(), seeds[0])),
            _ => Some(format!("{} (seeds {})", self.id(), seeds.join(", "))),
        }
    }
}
