//! A run folder, read and checked: all that a report is made of.

mod differences;
mod excluded;
mod experiment;
mod image;
mod images_name;
mod labels;
mod losses;
mod notebook;
mod open;
mod opened_folder;
mod saved;
mod seed;
mod seed_folder;
mod source;

use std::collections::{BTreeMap, BTreeSet};

use ::experiment::{Experiment, IMAGE_SIDE, Machine, RunFolder, ScoreColumn};
pub use differences::varying;
pub use excluded::Excluded;
pub use experiment::ExperimentResults;
pub use image::Image;
pub use images_name::{error_measure, images_name, short_name, size_text};
pub use notebook::{NotebookResults, printed};
pub use opened_folder::OpenedFolder;
pub use saved::Extreme;
pub use seed::{SeedResults, code_noise_levels};
pub use source::{Source, input_path, link_to};

use crate::error::Error;

/// The records of a run folder, or of several that are compared. Arrays are read when a figure needs
/// them.
#[derive(Debug)]
pub struct Run {
    /// The folders, never none.
    pub folders: Vec<OpenedFolder>,
    /// Whether the report is about the assignment. If not, it compares all experiments as the user's
    /// own. It is about the assignment if some of its experiments were begun, and, in a folder with
    /// others, at least half of them.
    pub of_assignment: bool,
    /// What own experiments are ranked by, measured on the test images.
    pub score: ScoreColumn,
    /// The assignment's experiments, in its order.
    pub assignment: Vec<Experiment>,
    results: BTreeMap<String, ExperimentResults>,
    excluded: Vec<Excluded>,
}

impl Run {
    /// An experiment of the assignment, if it has results and the assignment's model.
    pub fn get(&self, id: &str) -> Option<&ExperimentResults> {
        self.results.get(id).filter(|found| found.of_assignment)
    }

    /// An experiment with results, whether the assignment's or the user's own.
    pub fn with_id(&self, id: &str) -> Option<&ExperimentResults> {
        self.results.get(id)
    }

    /// The names of all experiments that were begun: the assignment's in its order, then the others
    /// by name.
    pub fn ids(&self) -> Vec<&str> {
        let excluded = self.excluded.iter().map(|excluded| &excluded.id);
        let begun = self.results.keys().chain(excluded);
        let begun: BTreeSet<&str> = begun.map(String::as_str).collect();
        let mut ids: Vec<&str> = self.assignment.iter().map(|e| e.id.as_str()).collect();
        ids.retain(|id| begun.contains(id));
        ids.extend(
            begun
                .into_iter()
                .filter(|id| !self.assignment.iter().any(|e| e.id == *id)),
        );
        ids
    }

    /// Like [`Run::get`], for one seed. PCA is deterministic, so any seed matches.
    pub fn with_seed(&self, id: &str, seed: u64) -> Option<&SeedResults> {
        let mut seeds = self.get(id)?.seeds.iter();
        seeds.find(|results| results.settings.seed == seed || results.is_pca())
    }

    /// All experiments with results: the assignment's in its order, then the user's own.
    pub fn experiments(&self) -> impl Iterator<Item = &ExperimentResults> {
        self.assignment
            .iter()
            .filter_map(|planned| self.get(&planned.id))
            .chain(self.own_experiments())
    }

    /// Experiments with results that are not the assignment's, or have another model or other images
    /// than the assignment's of the same name. In a report that is not about the assignment, all.
    pub fn own_experiments(&self) -> impl Iterator<Item = &ExperimentResults> {
        self.results.values().filter(|found| !found.of_assignment)
    }

    /// Whether the assignment's models were all trained for other epochs or on other images than it
    /// asks, so that they say nothing about the notebook's observations.
    pub fn is_of_other_length(&self) -> bool {
        let mut planned = self.results.values().filter(|e| e.of_assignment).peekable();
        planned.peek().is_some() && planned.all(|e| e.is_of_other_length)
    }

    /// The types of machines that computed the results, each with the names of what was computed there.
    /// Bits are the same within one type only.
    pub fn machines(&self) -> Vec<(&Machine, BTreeSet<&str>)> {
        let mut found: Vec<(&Machine, BTreeSet<&str>)> = Vec::new();
        for seed in self.experiments().flat_map(|experiment| &experiment.seeds) {
            for machine in &seed.machines {
                match found
                    .iter_mut()
                    .find(|(known, _)| known.is_of_type(machine))
                {
                    Some((_, names)) => _ = names.insert(seed.id()),
                    None => found.push((machine, BTreeSet::from([seed.id()]))),
                }
            }
        }
        found
    }

    /// How many experiments a sweep has results of, and how many are planned, each seed counted; `None`
    /// without a plan, or of several folders.
    pub fn planned(&self) -> Option<(usize, usize)> {
        let [folder] = self.folders.as_slice() else {
            return None;
        };
        let planned = folder.record.plan.as_ref()?.experiments;
        let done = self.experiments().map(|experiment| experiment.seeds.len());
        Some((done.sum(), planned))
    }

    /// What was begun with some seed and has no results to show.
    pub fn excluded(&self) -> &[Excluded] {
        &self.excluded
    }

    /// Why [`Run::get`] returns nothing, if the experiment was run at all.
    pub fn missing_reason(&self, id: &str) -> Option<&'static str> {
        if self.results.contains_key(id) {
            return Some("run with another model or other images, see Own experiments");
        }
        let excluded = self.excluded.iter().find(|excluded| excluded.id == id)?;
        Some(match (&excluded.damage, &excluded.failure) {
            (Some(_), _) => "damaged",
            (None, Some(_)) => "failed",
            (None, None) => "begun, not finished",
        })
    }

    /// Those of `ids` for which [`Run::get`] returns nothing, each with the reason if there is one.
    pub fn missing<'i>(&self, ids: impl IntoIterator<Item = &'i str>) -> Vec<String> {
        let missing = ids.into_iter().filter(|id| self.get(id).is_none());
        let with_reason = |id: &str| match self.missing_reason(id) {
            Some(reason) => format!("{id} ({reason})"),
            None => id.to_owned(),
        };
        missing.map(with_reason).collect()
    }

    /// The folders, each with the beginning of the names of its experiments.
    pub fn run_folders(&self) -> Vec<(&str, &RunFolder)> {
        let folders = self.folders.iter();
        folders.map(|f| (f.prefix.as_str(), &f.folder)).collect()
    }

    /// Whether `inputs/` holds an array.
    pub fn has_input(&self, name: &str) -> bool {
        let path = input_path(name);
        self.folders[0].folder.path().join(path).exists()
    }

    /// An array of `inputs/`, as the report refers to it.
    pub fn input_source(&self, name: &str) -> Source {
        self.folders[0].source(&input_path(name))
    }

    /// Images of `inputs/`, `count` of them.
    ///
    /// # Errors
    /// A file that cannot be read, or an array of another shape.
    pub fn input(&self, name: &str, count: usize) -> Result<Vec<Image>, Error> {
        let folder = &self.folders[0].folder;
        let path = folder.path().join(input_path(name));
        let shape = [count, IMAGE_SIDE, IMAGE_SIDE].map(Some);
        Image::split(&folder.input(name)?, &shape, &path)
    }
}
