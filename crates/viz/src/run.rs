//! A run folder, read and checked.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use experiment::{
    CODE_NOISE_LEVELS, Evaluation, Experiment, ExperimentFolder, IMAGE_SIDE, INPUT_NOISE_LEVELS,
    Metric, RunFolder, RunRecord, SAMPLES,
};

use crate::{Error, differences::differences, image::Image, report::Source};

/// Everything that a report is made of.
#[derive(Debug)]
pub struct Run {
    folder: RunFolder,
    /// What the experiments share.
    pub record: RunRecord,
    /// The assignment's experiments, in its order.
    pub assignment: Vec<Experiment>,
    finished: BTreeMap<String, Finished>,
    unfinished: BTreeMap<String, Experiment>,
}

/// An experiment whose evaluation is there.
#[derive(Debug)]
pub struct Finished {
    folder: ExperimentFolder,
    /// The settings.
    pub settings: Experiment,
    /// Every number measured on it.
    pub evaluation: Evaluation,
    /// The training's losses.
    pub metrics: Vec<Metric>,
    /// Of the assignment and with the assignment's model.
    pub of_assignment: bool,
    /// For an experiment of the assignment, which settings are not the assignment's.
    pub differences: Vec<String>,
}

impl Run {
    /// Reads the records of a run folder; arrays are read when a figure asks for them.
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
            assignment: experiment::assignment::full(Experiment::DEFAULT_SEED),
            finished: BTreeMap::new(),
            unfinished: BTreeMap::new(),
            folder,
        };
        for settings in run.folder.experiments()? {
            let folder = run.folder.experiment(&settings.id);
            match folder.evaluation()? {
                Some(evaluation) => {
                    let finished = run.check(settings, folder, evaluation)?;
                    run.finished.insert(finished.settings.id.clone(), finished);
                }
                None => {
                    run.unfinished.insert(settings.id.clone(), settings);
                }
            }
        }
        Ok(run)
    }

    fn check(
        &self,
        settings: Experiment,
        folder: ExperimentFolder,
        evaluation: Evaluation,
    ) -> Result<Finished, Error> {
        check_counts(&evaluation, &folder.path().join("evaluation.json"))?;
        let planned = self.assignment.iter().find(|e| e.id == settings.id);
        let of_assignment = planned.is_some_and(|planned| planned.model == settings.model);
        Ok(Finished {
            metrics: folder.metrics()?,
            differences: planned.map_or(Vec::new(), |planned| differences(&settings, planned)),
            folder,
            settings,
            evaluation,
            of_assignment,
        })
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// An experiment of the assignment, if it is finished and has the assignment's model.
    pub fn get(&self, id: &str) -> Option<&Finished> {
        self.finished.get(id).filter(|found| found.of_assignment)
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

    /// Experiments that were begun and not finished.
    pub fn unfinished(&self) -> impl Iterator<Item = &Experiment> {
        self.unfinished.values()
    }

    /// Why [`Run::get`] gives nothing, if the experiment was run at all.
    pub fn absence(&self, id: &str) -> Option<&'static str> {
        if self.finished.contains_key(id) {
            Some("run with another model, see Own experiments")
        } else if self.unfinished.contains_key(id) {
            Some("begun, not finished")
        } else {
            None
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
        self.path().join(input_source(name).0).exists()
    }

    /// Images of `inputs/`, `count` of them.
    ///
    /// # Errors
    /// A file that cannot be read, or an array of another shape.
    pub fn input(&self, name: &str, count: usize) -> Result<Vec<Image>, Error> {
        let path = self.path().join(input_source(name).0);
        Image::split(
            &self.folder.input(name)?,
            &[Some(count), Some(IMAGE_SIDE), Some(IMAGE_SIDE)],
            &path,
        )
    }
}

/// Where an array of `inputs/` is.
pub fn input_source(name: &str) -> Source {
    Source(format!("inputs/{name}.idx"))
}

impl Finished {
    /// Its name.
    pub fn id(&self) -> &str {
        &self.settings.id
    }

    /// One of its files.
    pub fn source(&self, file: &str) -> Source {
        Source(format!("experiments/{}/{file}", self.id()))
    }

    /// Where one of its arrays is.
    pub fn array_source(&self, name: &str) -> Source {
        self.source(&format!("arrays/{name}.idx"))
    }

    /// The images of an array of the given shape; `None` stands for any size.
    ///
    /// # Errors
    /// A file that cannot be read, or an array of another shape.
    pub fn images(&self, name: &str, shape: &[Option<usize>]) -> Result<Vec<Image>, Error> {
        Image::split(&self.folder.array(name)?, shape, &self.array_path(name))
    }

    /// Images of 28 x 28 pixels, `count` of them.
    ///
    /// # Errors
    /// As [`Finished::images`].
    pub fn pictures(&self, name: &str, count: usize) -> Result<Vec<Image>, Error> {
        self.images(name, &[Some(count), Some(IMAGE_SIDE), Some(IMAGE_SIDE)])
    }

    /// The rows of an array of two dimensions as square images: the codes of the ten samples.
    ///
    /// # Errors
    /// As [`Finished::images`], or rows that fill no square.
    pub fn square_codes(&self, name: &str) -> Result<Vec<Image>, Error> {
        let array = self.folder.array(name)?;
        Image::split_into_squares(&array, SAMPLES, &self.array_path(name))
    }

    fn array_path(&self, name: &str) -> PathBuf {
        self.folder.path().join(format!("arrays/{name}.idx"))
    }

    /// Mean loss of each epoch, from the first.
    pub fn epoch_losses(&self) -> Vec<f64> {
        self.metrics
            .iter()
            .filter_map(|metric| match metric {
                Metric::Epoch { loss, .. } => Some(*loss),
                Metric::Step { .. } => None,
            })
            .collect()
    }

    /// Loss of the very last batch.
    pub fn last_batch_loss(&self) -> Option<f64> {
        self.metrics.iter().rev().find_map(|metric| match metric {
            Metric::Step { loss, .. } => Some(*loss),
            Metric::Epoch { .. } => None,
        })
    }
}

/// The figures rely on as many numbers as there are samples and noise levels.
fn check_counts(evaluation: &Evaluation, path: &Path) -> Result<(), Error> {
    let corrected = &evaluation.corrected;
    let counts = [
        (
            "samples",
            SAMPLES,
            vec![evaluation.assignment.samples.len(), corrected.samples.len()],
        ),
        (
            "noise levels",
            INPUT_NOISE_LEVELS.len(),
            vec![
                evaluation.assignment.noisy_squared_error.len(),
                corrected.noisy.len(),
            ],
        ),
        (
            "images with a noisy code",
            2,
            vec![corrected.code_noise.len()],
        ),
        (
            "code noise levels",
            CODE_NOISE_LEVELS.len(),
            corrected.code_noise.iter().map(Vec::len).collect(),
        ),
    ];
    for (what, expected, found) in counts {
        if let Some(found) = found.into_iter().find(|&found| found != expected) {
            return Err(Error::Content {
                path: path.to_owned(),
                expected: format!("{expected} {what}"),
                found: found.to_string(),
            });
        }
    }
    Ok(())
}
