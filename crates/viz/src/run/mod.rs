//! A run folder, read and checked: all that a report is made of.

mod differences;
mod excluded;
mod experiment;
mod image;
mod notebook;
mod seed;
mod seed_folder;
mod source;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use ::experiment::{Error as RunError, Experiment, IMAGE_SIDE, RunFolder, RunRecord, assignment};
use differences::differences;
use durable_fs::quote_untrusted;
pub use excluded::Excluded;
pub use experiment::ExperimentResults;
pub use image::Image;
pub use notebook::{NotebookResults, printed};
pub use seed::SeedResults;
use seed_folder::SeedFolder;
pub use source::Source;

use crate::error::Error;

/// A run folder's records. Arrays are read when a figure needs them.
#[derive(Debug)]
pub struct Run {
    folder: RunFolder,
    /// What the experiments share.
    pub record: RunRecord,
    /// The assignment's experiments, in its order.
    pub assignment: Vec<Experiment>,
    results: BTreeMap<String, ExperimentResults>,
    excluded: Vec<Excluded>,
}

impl Run {
    /// Reads the records of a run folder, its further seeds included.
    ///
    /// # Errors
    /// [`Error::NotARun`]; [`Error::OtherVersion`] for settings of another form, which is no damage;
    /// [`Error::Run`] for a folder that cannot be read; [`Error::Content`] for seeds of one
    /// experiment with different settings. A damaged experiment is excluded instead.
    pub fn open(path: &Path) -> Result<Run, Error> {
        let folder = RunFolder::new(path);
        let record = folder.record()?.ok_or_else(|| Error::NotARun {
            path: path.to_owned(),
        })?;
        let mut run = Run {
            record,
            assignment: assignment::full(Experiment::DEFAULT_SEED),
            results: BTreeMap::new(),
            excluded: Vec::new(),
            folder,
        };
        run.read(SeedFolder::First)?;
        for seed in run.folder.seeds()? {
            run.read(SeedFolder::Further(seed))?;
        }
        Ok(run)
    }

    /// Reads all experiments of one seed.
    fn read(&mut self, seed_folder: SeedFolder) -> Result<(), Error> {
        let run = seed_folder.of(&self.folder);
        for id in run.ids()? {
            let folder = run.experiment(&id);
            let Some(settings) = seed_folder.settings(&folder).transpose() else {
                continue;
            };
            let settings = match settings {
                Err(source) if self.record.version != env!("CARGO_PKG_VERSION") => {
                    return Err(Error::OtherVersion {
                        path: self.path().to_owned(),
                        made_by: quote_untrusted(&self.record.version),
                        source: source.into(),
                    });
                }
                settings => settings,
            };
            let seed = settings.as_ref().ok().map(|settings| settings.seed);
            let results = settings
                .map_err(Error::from)
                .and_then(|settings| SeedResults::read(folder, seed_folder, settings));
            let damage = match results {
                Ok(Some(results)) => {
                    self.add(results)?;
                    continue;
                }
                Ok(None) => None,
                Err(error) => Some(self.describe(&error)),
            };
            self.excluded.push(Excluded {
                id,
                folder: seed_folder,
                seed,
                damage,
            });
        }
        Ok(())
    }

    /// Describes what is wrong with an experiment. Paths are relative to the run folder, as
    /// everywhere in the report.
    fn describe(&self, error: &Error) -> String {
        let text = match error {
            Error::Run(RunError::Damaged { problem, .. }) => problem.to_string(),
            error => error.to_string(),
        };
        // Joining an empty path ends it in exactly one slash, however the user wrote it.
        let folder = self.path().join("");
        quote_untrusted(&text.replace(&folder.display().to_string(), ""))
    }

    fn add(&mut self, seed: SeedResults) -> Result<(), Error> {
        if let Some(known) = self.results.get_mut(seed.id()) {
            return known.add(seed);
        }
        let settings = &seed.settings;
        let planned = self.assignment.iter().find(|e| e.id == settings.id);
        let results = ExperimentResults {
            of_assignment: planned.is_some_and(|e| e.method.has_model_of(&settings.method)),
            differences: planned.map_or(Vec::new(), |e| differences(settings, e)),
            seeds: vec![seed],
        };
        self.results.insert(results.id().to_owned(), results);
        Ok(())
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// An experiment of the assignment, if it has results and the assignment's model.
    pub fn get(&self, id: &str) -> Option<&ExperimentResults> {
        self.results.get(id).filter(|found| found.of_assignment)
    }

    /// An experiment with results, whether the assignment's or custom.
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
        ids.extend(begun.into_iter().filter(|id| !self.is_planned(id)));
        ids
    }

    /// Like [`Run::get`], for one seed. PCA is deterministic, so any seed matches.
    pub fn with_seed(&self, id: &str, seed: u64) -> Option<&SeedResults> {
        let mut seeds = self.get(id)?.seeds.iter();
        seeds.find(|results| results.settings.seed == seed || results.is_pca())
    }

    /// All experiments with results: the assignment's in its order, then the custom ones.
    pub fn experiments(&self) -> impl Iterator<Item = &ExperimentResults> {
        self.assignment
            .iter()
            .filter_map(|planned| self.get(&planned.id))
            .chain(self.custom_experiments())
    }

    /// Experiments with results that are not the assignment's, or have another model than the
    /// assignment's of the same name.
    pub fn custom_experiments(&self) -> impl Iterator<Item = &ExperimentResults> {
        self.results.values().filter(|found| !found.of_assignment)
    }

    /// Whether the run holds custom experiments and none of the assignment.
    pub fn is_custom_only(&self) -> bool {
        !self.results.is_empty() && !self.ids().into_iter().any(|id| self.is_planned(id))
    }

    /// Whether the assignment has an experiment of that name.
    fn is_planned(&self, id: &str) -> bool {
        self.assignment.iter().any(|planned| planned.id == id)
    }

    /// What was begun with some seed and has no results to show.
    pub fn excluded(&self) -> &[Excluded] {
        &self.excluded
    }

    /// Why [`Run::get`] returns nothing, if the experiment was run at all.
    pub fn missing_reason(&self, id: &str) -> Option<&'static str> {
        if self.results.contains_key(id) {
            return Some("run with another model, see Custom experiments");
        }
        let excluded = self.excluded.iter().find(|excluded| excluded.id == id)?;
        Some(match excluded.damage {
            None => "begun, not finished",
            Some(_) => "damaged",
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

    /// Whether `inputs/` holds an array.
    pub fn has_input(&self, name: &str) -> bool {
        self.path().join(Source::input(name).path).exists()
    }

    /// Images of `inputs/`, `count` of them.
    ///
    /// # Errors
    /// A file that cannot be read, or an array of another shape.
    pub fn input(&self, name: &str, count: usize) -> Result<Vec<Image>, Error> {
        let path = self.path().join(Source::input(name).path);
        let shape = [count, IMAGE_SIDE, IMAGE_SIDE].map(Some);
        Image::split(&self.folder.input(name)?, &shape, &path)
    }
}
