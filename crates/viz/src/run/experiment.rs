//! The results of an experiment with all of its seeds.

use std::collections::BTreeSet;

use experiment::{Experiment, ScoreColumn, Setting};

use super::{
    notebook::{NotebookResults, printed},
    seed::SeedResults,
    source::Source,
};
use crate::{
    error::Error,
    format::{MeanStd, NONE, join},
};

/// An experiment that was evaluated with at least one seed.
#[derive(Debug)]
pub struct ExperimentResults {
    /// What figures call it: its name, or for own experiments the place in the ranking and a name
    /// that is short enough.
    pub label: String,
    /// One entry a seed, never empty. Figures show the images of the first.
    pub seeds: Vec<SeedResults>,
    /// Whether it is the assignment's and has the assignment's model and images.
    pub of_assignment: bool,
    /// Whether it has the name of one of the assignment's, but other epochs or training images.
    pub is_of_other_length: bool,
    /// For an experiment of the assignment, the settings that are not the assignment's.
    pub differences: Vec<String>,
}

impl ExperimentResults {
    /// Adds another seed.
    ///
    /// # Errors
    /// [`Error::Content`] if it was trained with other settings: no mean could be taken.
    pub fn add(&mut self, seed: SeedResults) -> Result<(), Error> {
        let first = self.settings();
        let with_first_seed = Experiment {
            seed: first.seed,
            ..seed.settings.clone()
        };
        if let Some(difference) = with_first_seed.difference(first) {
            return Err(Error::Content {
                path: seed.path("experiment.json"),
                expected: format!("the settings of seed {}", first.seed),
                found: difference,
            });
        }
        self.seeds.push(seed);
        Ok(())
    }

    pub fn id(&self) -> &str {
        self.first().id()
    }

    pub fn first(&self) -> &SeedResults {
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

    /// The settings in words, and the seeds.
    pub fn described(&self) -> Vec<Setting> {
        let mut settings = self.settings().describe();
        settings.push(Setting {
            name: "seed",
            value: join(self.seed_numbers(), ", "),
            is_notable: true,
        });
        settings
    }

    /// Whether it is PCA, which is deterministic and needs no training.
    pub fn is_pca(&self) -> bool {
        self.first().is_pca()
    }

    /// What the notebook printed for it: nothing for the user's own, whatever its name.
    pub fn printed(&self) -> &'static NotebookResults {
        printed(if self.of_assignment { self.id() } else { "" })
    }

    /// The seeds that numbers are averaged over: the living ones, or all if none is alive.
    pub fn averaged_seeds(&self) -> Vec<&SeedResults> {
        let mut seeds: Vec<_> = self.seeds.iter().filter(|seed| !seed.is_dead()).collect();
        if seeds.is_empty() {
            seeds.extend(&self.seeds);
        }
        seeds
    }

    /// A number over [`ExperimentResults::averaged_seeds`]; `None` if no seed has it.
    pub fn mean_std<T: Into<Option<f64>>>(
        &self,
        value: impl Fn(&SeedResults) -> T,
    ) -> Option<MeanStd> {
        let seeds = self.averaged_seeds().into_iter();
        let values: Vec<f64> = seeds.filter_map(|seed| value(seed).into()).collect();
        MeanStd::of(&values)
    }

    /// The same as text, or a dash.
    pub fn number<T: Into<Option<f64>>>(
        &self,
        places: usize,
        value: impl Fn(&SeedResults) -> T,
    ) -> String {
        self.mean_std(value)
            .map_or(NONE.into(), |mean_std| mean_std.to_text(places))
    }

    /// A score of the test images, the mean over [`ExperimentResults::averaged_seeds`]. Only a PSNR
    /// is infinite, which is the best.
    pub fn test_score(&self, score: &ScoreColumn) -> f64 {
        let value = self.mean_std(|seed| (score.value)(&seed.evaluation.corrected.test));
        value.map_or(f64::INFINITY, |value| value.mean)
    }

    pub fn sources(&self, file: &str) -> Vec<Source> {
        self.seeds.iter().map(|seed| seed.source(file)).collect()
    }

    /// The experiment's name, followed by the seeds that satisfy `predicate` where there is more
    /// than one seed; `None` if none does.
    pub fn name_where(&self, predicate: impl Fn(&SeedResults) -> bool) -> Option<String> {
        let some = self.seeds.iter().filter(|seed| predicate(seed));
        let some: Vec<u64> = some.map(|seed| seed.settings.seed).collect();
        match (self.seeds.len(), some.len()) {
            (_, 0) => None,
            (1, _) => Some(self.id().into()),
            (2, 2) => Some(format!("{} (both seeds)", self.id())),
            (all, count) if all == count => Some(format!("{} (all {all} seeds)", self.id())),
            (_, 1) => Some(format!("{} (seed {})", self.id(), some[0])),
            _ => Some(format!("{} (seeds {})", self.id(), join(some, ", "))),
        }
    }
}
