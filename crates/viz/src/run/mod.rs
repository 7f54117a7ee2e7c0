//! A run folder, read and checked.

pub mod differences;
pub mod experiment;
pub mod notebook;
pub mod seed;

use std::{
    collections::{BTreeMap, btree_map::Entry},
    path::Path,
};

use ::experiment::{Experiment, IMAGE_SIDE, RunFolder, RunRecord};
use durable_fs::quote_untrusted;

use crate::{
    Error,
    drawing::image::Image,
    report::page::Source,
    run::differences::differences,
    run::experiment::Finished,
    run::seed::{Place, Trained},
};

/// Everything that a report is made of.
#[derive(Debug)]
pub struct Run {
    folder: RunFolder,
    /// What the experiments share.
    pub record: RunRecord,
    /// The assignment's experiments, in its order.
    pub assignment: Vec<Experiment>,
    finished: BTreeMap<String, Finished>,
    left_out: Vec<LeftOut>,
}

/// An experiment that was begun with one seed, and has no results that could be shown.
#[derive(Debug)]
struct LeftOut {
    id: String,
    place: Place,
    /// What is wrong with which file; nothing if the experiment is just not finished.
    damage: Option<String>,
}

impl Run {
    /// Reads the records of a run folder and of its further seeds; arrays are read when a figure
    /// asks for them.
    ///
    /// # Errors
    /// [`Error::NotARun`]; [`Error::Run`] or [`Error::Content`] for a file that cannot be read or
    /// does not hold what it should.
    pub fn open(path: &Path) -> Result<Run, Error> {
        let folder = RunFolder::new(path);
        let record = folder.record()?.ok_or_else(|| Error::NotARun {
            path: path.to_owned(),
        })?;
        let mut run = Run {
            record,
            assignment: ::experiment::assignment::full(Experiment::DEFAULT_SEED),
            finished: BTreeMap::new(),
            left_out: Vec::new(),
            folder,
        };
        run.read(Place::First)?;
        for seed in run.folder.seeds()? {
            run.read(Place::Further(seed))?;
        }
        Ok(run)
    }

    fn read(&mut self, place: Place) -> Result<(), Error> {
        let folder = place.folder(&self.folder);
        for id in folder.ids()? {
            let folder = folder.experiment(&id);
            let settings = match place {
                Place::First => folder.settings(),
                Place::Further(seed) => folder.settings_of_seed(seed),
            };
            let Some(settings) = settings.transpose() else {
                continue;
            };
            let results = settings.map_err(Error::from).and_then(|settings| {
                let evaluation = folder.evaluation()?;
                evaluation
                    .map(|evaluation| Trained::new(folder, place, settings, evaluation))
                    .transpose()
            });
            let damage = match results {
                Ok(Some(trained)) => {
                    self.add(trained)?;
                    continue;
                }
                Ok(None) => None,
                Err(error) => Some(self.in_words(&error)),
            };
            self.left_out.push(LeftOut { id, place, damage });
        }
        Ok(())
    }

    /// What is wrong with an experiment; its files are called by their paths in the run folder, as in
    /// the whole report.
    fn in_words(&self, error: &Error) -> String {
        let text = match error {
            Error::Run(::experiment::Error::Damaged { problem, .. }) => problem.to_string(),
            error => error.to_string(),
        };
        // Ends in one slash, however the user wrote it.
        let folder = self.path().join("");
        quote_untrusted(&text.replace(&folder.display().to_string(), ""))
    }

    fn add(&mut self, trained: Trained) -> Result<(), Error> {
        let settings = &trained.settings;
        match self.finished.entry(settings.id.clone()) {
            Entry::Occupied(mut known) => known.get_mut().add(trained)?,
            Entry::Vacant(place) => {
                let planned = self.assignment.iter().find(|e| e.id == settings.id);
                place.insert(Finished {
                    of_assignment: planned
                        .is_some_and(|planned| planned.method.has_model_of(&settings.method)),
                    differences: planned
                        .map_or(Vec::new(), |planned| differences(settings, planned)),
                    seeds: vec![trained],
                });
            }
        }
        Ok(())
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// An experiment of the assignment, if it is finished and has the assignment's model.
    pub fn get(&self, id: &str) -> Option<&Finished> {
        self.finished.get(id).filter(|found| found.of_assignment)
    }

    /// As [`Run::get`], with one seed. PCA, which nothing random is in, is the same with each.
    pub fn with_seed(&self, id: &str, seed: u64) -> Option<&Trained> {
        let seeds = &self.get(id)?.seeds;
        let is_it =
            |trained: &&Trained| trained.settings.seed == seed || trained.settings.method.is_pca();
        seeds.iter().find(is_it)
    }

    /// All finished experiments: the assignment's in its order, then the others.
    pub fn finished(&self) -> impl Iterator<Item = &Finished> {
        let planned = self.assignment.iter();
        planned
            .filter_map(|planned| self.get(&planned.id))
            .chain(self.own())
    }

    /// Finished experiments that are not the assignment's, or have another model than its own.
    pub fn own(&self) -> impl Iterator<Item = &Finished> {
        self.finished.values().filter(|found| !found.of_assignment)
    }

    /// Whether it holds own experiments and nothing of the assignment.
    pub fn is_own(&self) -> bool {
        let planned = |id: &str| self.assignment.iter().any(|planned| planned.id == id);
        let begun = self.left_out.iter().map(|found| &found.id);
        !self.finished.is_empty() && !self.finished.keys().chain(begun).any(|id| planned(id))
    }

    /// Experiments that were begun and not finished, by name.
    pub fn unfinished(&self) -> Vec<String> {
        let unfinished = self.left_out.iter().filter(|found| found.damage.is_none());
        unfinished.map(LeftOut::name).collect()
    }

    /// Experiments that are damaged: the name, and which file is not what it was.
    pub fn damaged(&self) -> Vec<String> {
        let damaged = self.left_out.iter().filter_map(|found| {
            let damage = found.damage.as_ref()?;
            Some(format!("{}: {damage}", found.name()))
        });
        damaged.collect()
    }

    /// Why [`Run::get`] gives nothing, if the experiment was run at all.
    pub fn absence(&self, id: &str) -> Option<&'static str> {
        if self.finished.contains_key(id) {
            Some("run with another model, see Own experiments")
        } else {
            let left_out = self.left_out.iter().find(|found| found.id == id)?;
            Some(match left_out.damage {
                None => "begun, not finished",
                Some(_) => "damaged",
            })
        }
    }

    /// Those of `ids` for which [`Run::get`] gives nothing, with the reason if there is one.
    pub fn absent<'i>(&self, ids: impl IntoIterator<Item = &'i str>) -> Vec<String> {
        ids.into_iter()
            .filter(|id| self.get(id).is_none())
            .map(|id| match self.absence(id) {
                Some(reason) => format!("{id} ({reason})"),
                None => id.to_owned(),
            })
            .collect()
    }

    /// Whether `inputs/` holds an array.
    pub fn has_input(&self, name: &str) -> bool {
        self.path().join(input_source(name).path).exists()
    }

    /// Images of `inputs/`, `count` of them.
    ///
    /// # Errors
    /// A file that cannot be read, or an array of another shape.
    pub fn input(&self, name: &str, count: usize) -> Result<Vec<Image>, Error> {
        let path = self.path().join(input_source(name).path);
        Image::split(
            &self.folder.input(name)?,
            &[Some(count), Some(IMAGE_SIDE), Some(IMAGE_SIDE)],
            &path,
        )
    }
}

impl LeftOut {
    fn name(&self) -> String {
        match self.place {
            Place::First => self.id.clone(),
            Place::Further(seed) => format!("{} (seed {seed})", self.id),
        }
    }
}

/// Where an array of `inputs/` is.
pub fn input_source(name: &str) -> Source {
    Source::new(format!("inputs/{name}.idx"))
}
