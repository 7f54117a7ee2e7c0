//! A job: an experiment with one of its seeds, and the state of its folder.
//!
//! All jobs of a run are in one queue. The results of an experiment's own seed are in
//! `experiments/`, those of each further seed in `seeds/SEED/`, laid out like a run folder: they
//! are what the seed gives alone. PCA has one seed, since nothing in it is random.

use std::path::PathBuf;

use experiment::{Experiment, ExperimentFolder, RunFolder, SavedModel};

use super::continuation;
use crate::{Error, data::Datasets};

/// More would fill the memory with their settings before any training begins.
const MAX_JOBS: usize = 100_000;

/// An experiment with one of its seeds, and the folder of its results.
#[derive(Clone, Debug)]
pub struct Job {
    /// The settings; `seed` is the one that is used.
    pub experiment: Experiment,
    /// The folder of the results.
    pub folder: ExperimentFolder,
    /// The folder of its event file.
    pub tensorboard: PathBuf,
    /// What messages call it: the experiment's id, and its seed where there are several.
    pub name: String,
}

impl Job {
    /// Each experiment with `seeds` seeds, the first of which is the one in its settings. The
    /// results of the first seed go to `run`, those of the others to their [`RunFolder::seed`].
    ///
    /// PCA gets the first seed only: its fit is deterministic.
    ///
    /// # Errors
    /// [`Error::TooManyJobs`], or a seed so large that too few follow it.
    pub fn with_seeds(
        experiments: &[Experiment],
        run: &RunFolder,
        seeds: u16,
    ) -> Result<Vec<Job>, Error> {
        let count = experiments.len() * usize::from(seeds);
        if count > MAX_JOBS {
            return Err(Error::TooManyJobs {
                max: MAX_JOBS,
                found: count,
            });
        }
        let mut jobs = Vec::new();
        for number in 0..seeds {
            for experiment in experiments {
                let is_pca = experiment.method.is_pca();
                if number == 0 || !is_pca {
                    jobs.push(Job::new(experiment, run, number, seeds)?);
                }
            }
        }
        Ok(jobs)
    }

    /// An experiment with seed `number` (from 0) of `seeds`.
    fn new(
        experiment: &Experiment,
        run: &RunFolder,
        number: u16,
        seeds: u16,
    ) -> Result<Job, Error> {
        let id = &experiment.id;
        let seed = experiment.seed.checked_add(number.into());
        let seed = seed.ok_or_else(|| experiment::Error::Setting {
            id: id.clone(),
            problem: format!(
                "seed {} is too large to have {seeds} seeds",
                experiment.seed
            ),
        })?;
        let further = (number > 0).then_some(seed);
        let tensorboard = run.tensorboard(id, further);
        let run = further.map_or_else(|| run.clone(), |seed| run.seed(seed));
        Ok(Job {
            tensorboard,
            folder: run.experiment(id),
            name: name(id, seed, seeds > 1),
            experiment: Experiment {
                seed,
                ..experiment.clone()
            },
        })
    }

    /// The complete results in a run folder, sorted by id, then by seed; and an error for each
    /// experiment that cannot be used.
    ///
    /// # Errors
    /// A folder that cannot be read.
    pub fn complete(run: &RunFolder) -> Result<(Vec<Job>, Vec<Error>), Error> {
        let seeds = run.seeds()?;
        let mut runs = vec![(run.clone(), None)];
        runs.extend(seeds.iter().map(|&seed| (run.seed(seed), Some(seed))));
        let (mut jobs, mut unusable) = (Vec::new(), Vec::new());
        for (run_of_seed, seed) in runs {
            for id in run_of_seed.ids()? {
                let folder = run_of_seed.experiment(&id);
                let settings = match seed {
                    None => folder.settings(),
                    Some(seed) => folder.settings_of_seed(seed),
                };
                let experiment = match settings {
                    Ok(Some(experiment)) => experiment,
                    Ok(None) => continue,
                    Err(problem) => {
                        unusable.push(problem.into());
                        continue;
                    }
                };
                if folder.model_path().exists() && folder.evaluation_path().exists() {
                    jobs.push(Job {
                        tensorboard: run.tensorboard(&id, seed),
                        name: name(&experiment.id, experiment.seed, !seeds.is_empty()),
                        folder,
                        experiment,
                    });
                }
            }
        }
        jobs.sort_by_key(|job| (job.experiment.id.clone(), job.experiment.seed));
        Ok((jobs, unusable))
    }

    /// Checks the user's request: that the settings fit the images of `data`, and that the job's
    /// folder holds no results of other settings, which training would overwrite, or such that
    /// training can go on from them. A folder that cannot be read passes: it is not the user's
    /// mistake, and fails this job alone when its turn comes.
    ///
    /// # Errors
    /// [`Error::OtherSettings`], [`Error::CannotContinue`];
    /// those of [`Job::check_settings`].
    pub fn check(&self, data: &Datasets) -> Result<(), Error> {
        self.check_settings(data)?;
        match self.settings_found() {
            Err(error @ (Error::OtherSettings { .. } | Error::CannotContinue { .. })) => Err(error),
            _ => Ok(()),
        }
    }

    /// Checks that the settings fit the images of `data`.
    ///
    /// # Errors
    /// [`Error::TooFewImages`]; [`Error::SavedModel`] for a path that cannot be one; a validation set
    /// that leaves no image to train on.
    pub fn check_settings(&self, data: &Datasets) -> Result<(), Error> {
        let experiment = &self.experiment;
        let images = data.of(&experiment.data).training.len();
        if let Some(asked) = experiment.training_images.filter(|&asked| asked > images) {
            return Err(Error::TooFewImages {
                id: experiment.id.clone(),
                asked,
                found: images,
            });
        }
        experiment.check_images(experiment.training_images.unwrap_or(images))?;
        check_from(experiment)
    }

    /// The settings of the results in the job's folder, complete or not; `None` without results.
    /// They are the job's, or training can go on from them.
    ///
    /// # Errors
    /// [`Error::OtherSettings`], [`Error::CannotContinue`] or [`Error::NoSettings`] if they have
    /// other settings or none; a folder that cannot be read.
    fn settings_found(&self) -> Result<Option<Experiment>, Error> {
        if !self.folder.has_results()? {
            return Ok(None);
        }
        let found = self.folder.settings()?;
        let found = found.ok_or_else(|| Error::NoSettings {
            folder: self.folder.path().to_owned(),
        })?;
        continuation::check(&self.experiment, &found, &self.folder)?;
        Ok(Some(found))
    }

    /// Whether its folder holds all of its results, undamaged.
    ///
    /// # Errors
    /// A file that cannot be read, or has changed since it was written; results of other settings,
    /// from which training cannot go on.
    pub fn is_complete(&self) -> Result<bool, Error> {
        let Some(found) = self.settings_found()? else {
            return Ok(false);
        };
        let folder = &self.folder;
        let is_sealed = folder.is_sealed()?;
        // A checkpoint is kept, or removed only after the list of digests is written. So here the list is
        // lost, and training would overwrite the results.
        let had_a_seal = !self.experiment.method.is_pca()
            && folder.evaluation_path().exists()
            && !folder.resume_path().exists();
        if !is_sealed && had_a_seal {
            return Err(folder.missing_seal().into());
        }
        Ok(is_sealed && found == self.experiment)
    }
}

fn name(id: &str, seed: u64, several_seeds: bool) -> String {
    if several_seeds {
        format!("{id} seed {seed}")
    } else {
        id.to_owned()
    }
}

/// Refuses what cannot be a saved model. One that is missing may still be trained before this one.
fn check_from(experiment: &Experiment) -> Result<(), Error> {
    let training = experiment.method.training();
    let Some(SavedModel(path)) = training.and_then(|training| training.from.as_ref()) else {
        return Ok(());
    };
    let is_model = path.extension().is_some_and(|e| e == "safetensors");
    let found = if path.is_file() && !is_model {
        "another file"
    } else if path.join("experiments").is_dir() {
        "a run folder: name one of its experiments"
    } else {
        return Ok(());
    };
    Err(Error::SavedModel {
        id: experiment.id.clone(),
        problem: format!(
            "{}: expected the folder of an experiment (RUN/experiments/ID) or a safetensors file, found \
             {found}",
            path.display()
        ),
    })
}
