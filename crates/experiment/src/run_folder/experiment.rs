//! The folder of one experiment.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use durable_fs::{Problem, checksums, quote_untrusted, remove_unfinished};
use mnist_io::IdxArray;

use super::{
    files::{read_array, read_json, write_array, write_json},
    metrics_log::{self, MetricsLog},
    seal,
};
use crate::{
    error::Error,
    records::{Evaluation, Failure, Machine, Metric},
    settings::Experiment,
};

/// The folder of one experiment.
#[derive(Clone, Debug)]
pub struct ExperimentFolder {
    path: PathBuf,
}

impl ExperimentFolder {
    /// The folder at `path`, which need not exist yet, of the experiment that it is named after.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        ExperimentFolder { path: path.into() }
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where the trained weights are.
    pub fn model_path(&self) -> PathBuf {
        self.path.join("model.safetensors")
    }

    /// Where the evaluation is.
    pub fn evaluation_path(&self) -> PathBuf {
        self.path.join("evaluation.json")
    }

    /// Whether the folder has a list of digests, so that it was complete once: a look, where
    /// [`ExperimentFolder::is_sealed`] reads every file.
    pub fn has_seal(&self) -> bool {
        self.path.join(checksums::NAME).exists()
    }

    /// Where the state of a training is, if it is unfinished or keeps its state.
    pub fn resume_path(&self) -> PathBuf {
        self.path.join("resume.safetensors")
    }

    /// Whether the folder has results that a training with other settings would overwrite.
    ///
    /// # Errors
    /// [`Error::File`] if the system does not tell: a file that cannot be seen may exist.
    pub fn has_results(&self) -> Result<bool, Error> {
        let results = [
            self.model_path(),
            self.resume_path(),
            self.evaluation_path(),
            self.path.join(checksums::NAME),
        ];
        for path in results {
            if path.try_exists().map_err(|e| Error::io("read", &path, e))? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Removes the partial files that a killed process left here. The run folder must be locked.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn remove_unfinished(&self) -> Result<(), Error> {
        let files = [".json", ".jsonl", ".safetensors", checksums::NAME];
        remove_unfinished(&self.path, &files)?;
        Ok(remove_unfinished(&self.path.join("arrays"), &[".idx"])?)
    }

    /// Reads `experiment.json`; `None` if the experiment was not started.
    ///
    /// # Errors
    /// A file that cannot be read, settings that [`Experiment::check`] refuses, or those of an
    /// experiment of another name.
    pub fn settings(&self) -> Result<Option<Experiment>, Error> {
        let path = self.path.join("experiment.json");
        let Some(experiment) = read_json::<Experiment>(&path)? else {
            return Ok(None);
        };
        experiment.check().map_err(|problem| Error::Format {
            path: path.clone(),
            problem: problem.to_string(),
        })?;
        self.check_name(&path, &experiment.id)?;
        Ok(Some(experiment))
    }

    /// Like [`ExperimentFolder::settings`], in the folder of a further seed. The seed must be that one:
    /// a copied folder would count as one more seed.
    ///
    /// # Errors
    /// Those of [`ExperimentFolder::settings`]; [`Error::Format`] for another seed.
    pub fn settings_of_seed(&self, seed: u64) -> Result<Option<Experiment>, Error> {
        let settings = self.settings()?;
        match &settings {
            Some(experiment) if experiment.seed != seed => Err(Error::Format {
                path: self.path.join("experiment.json"),
                problem: format!("expected seed {seed}, found {}", experiment.seed),
            }),
            _ => Ok(settings),
        }
    }

    /// Writes `experiment.json`.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn write_settings(&self, experiment: &Experiment) -> Result<(), Error> {
        write_json(&self.path.join("experiment.json"), experiment)
    }

    /// Reads `machine.json`: the machines that computed the experiment, from the first to the last,
    /// several if its training was interrupted and resumed on another type. Empty in folders of older
    /// versions.
    ///
    /// # Errors
    /// A file that cannot be read or is not such a list.
    pub fn machines(&self) -> Result<Vec<Machine>, Error> {
        Ok(read_json(&self.machines_path())?.unwrap_or_default())
    }

    /// Writes `machine.json`.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn write_machines(&self, machines: &[Machine]) -> Result<(), Error> {
        write_json(&self.machines_path(), &machines)
    }

    fn machines_path(&self) -> PathBuf {
        self.path.join("machine.json")
    }

    /// Reads `evaluation.json`; `None` if the experiment is not complete. Callers that find an
    /// evaluation trust the other files too, so all digests are verified first if the experiment is
    /// sealed.
    ///
    /// # Errors
    /// [`Error::Damaged`]; a file that cannot be read or is not an evaluation.
    pub fn evaluation(&self) -> Result<Option<Evaluation>, Error> {
        self.is_sealed()?;
        let path = self.evaluation_path();
        let evaluation: Option<Evaluation> = read_json(&path)?;
        if let Some(found) = &evaluation {
            self.check_name(&path, &found.experiment)?;
        }
        Ok(evaluation)
    }

    /// Refuses a file that was copied from another experiment's folder.
    fn check_name(&self, path: &Path, found: &str) -> Result<(), Error> {
        if self.path.file_name() == Some(found.as_ref()) {
            return Ok(());
        }
        Err(Error::Format {
            path: path.to_owned(),
            problem: format!(
                "expected the experiment that its folder is named after, found {0:?}; rename the folder to \
                 {0}, if that is what it holds",
                quote_untrusted(found)
            ),
        })
    }

    /// Writes the digests of all files to `SHA256SUMS`: the last file of an experiment, with which
    /// it is complete.
    ///
    /// # Errors
    /// [`Error::File`] or [`Error::Array`].
    pub fn seal(&self) -> Result<(), Error> {
        seal::write(&self.path, false)
    }

    /// Like [`ExperimentFolder::seal`], for an experiment that keeps the state of its training.
    ///
    /// # Errors
    /// [`Error::File`] or [`Error::Array`].
    pub fn seal_with_state(&self) -> Result<(), Error> {
        seal::write(&self.path, true)
    }

    /// Removes the seal and then the evaluation, if there are any: of a finished experiment, its
    /// weights and its state are left.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn remove_evaluation(&self) -> Result<(), Error> {
        remove(&self.path.join(checksums::NAME))?;
        remove(&self.evaluation_path())
    }

    /// Reads `failure.json`; `None` unless the experiment was last ended by a number that is not finite.
    ///
    /// # Errors
    /// A file that cannot be read or is not such a record.
    pub fn failure(&self) -> Result<Option<Failure>, Error> {
        read_json(&self.failure_path())
    }

    /// Writes `failure.json`.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn write_failure(&self, failure: &Failure) -> Result<(), Error> {
        write_json(&self.failure_path(), failure)
    }

    /// Removes `failure.json`, if there is one.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn remove_failure(&self) -> Result<(), Error> {
        remove(&self.failure_path())
    }

    fn failure_path(&self) -> PathBuf {
        self.path.join("failure.json")
    }

    /// Whether the experiment is sealed, that is, has `SHA256SUMS`. If so, all of its files are
    /// verified.
    ///
    /// # Errors
    /// [`Error::Damaged`], or a file that cannot be read.
    pub fn is_sealed(&self) -> Result<bool, Error> {
        seal::verify(&self.path)
    }

    /// The error of a folder that lost its list of digests.
    pub fn missing_seal(&self) -> Error {
        Error::Damaged {
            folder: self.path.clone(),
            problem: durable_fs::Error {
                path: self.path.join(checksums::NAME),
                problem: Problem::Missing,
            },
        }
    }

    /// Writes `evaluation.json`.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn write_evaluation(&self, evaluation: &Evaluation) -> Result<(), Error> {
        write_json(&self.evaluation_path(), evaluation)
    }

    /// Reads `metrics.jsonl`; empty if there is no such file. A last line without a line feed was
    /// interrupted while it was written, and is dropped.
    ///
    /// # Errors
    /// A file that cannot be read, or a line that is not a [`Metric`].
    pub fn metrics(&self) -> Result<Vec<Metric>, Error> {
        metrics_log::read(&self.metrics_path())
    }

    /// Replaces `metrics.jsonl`. Further lines are added to the returned log.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn write_metrics(&self, metrics: &[Metric]) -> Result<MetricsLog, Error> {
        MetricsLog::create(self.metrics_path(), metrics)
    }

    fn metrics_path(&self) -> PathBuf {
        self.path.join("metrics.jsonl")
    }

    /// Reads an image array by a name of [`crate::arrays`].
    ///
    /// # Errors
    /// [`Error::Array`].
    pub fn array(&self, name: &str) -> Result<IdxArray, Error> {
        read_array(&self.path.join("arrays"), name)
    }

    /// Writes an image array.
    ///
    /// # Errors
    /// [`Error::File`] or [`Error::Array`].
    pub fn write_array(&self, name: &str, array: &IdxArray) -> Result<(), Error> {
        write_array(&self.path.join("arrays"), name, array)
    }
}

/// Removes a file, if it exists.
fn remove(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(Error::io("remove", path, error)),
        _ => Ok(()),
    }
}
