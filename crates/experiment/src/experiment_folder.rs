use std::path::{Path, PathBuf};

use durable_fs::{Problem, checksums, quote_untrusted, remove_unfinished};
use mnist_io::IdxArray;

use crate::{
    Error, Evaluation, Experiment, Metric,
    files::{read_array, read_json, write_array, write_json},
    metrics_log::{self, MetricsLog},
    seal,
};

/// The folder of one experiment.
#[derive(Clone, Debug)]
pub struct ExperimentFolder {
    path: PathBuf,
}

impl ExperimentFolder {
    pub(crate) fn at(path: PathBuf) -> Self {
        ExperimentFolder { path }
    }

    /// Where it is.
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

    /// Where the state of an unfinished training is.
    pub fn resume_path(&self) -> PathBuf {
        self.path.join("resume.safetensors")
    }

    /// Whether anything was computed here that training with other settings would overwrite.
    ///
    /// # Errors
    /// [`Error::Io`] if the system does not say: what cannot be seen may be there.
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

    /// Removes what a process that was killed left half written here. The run folder must be
    /// locked.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn remove_unfinished(&self) -> Result<(), Error> {
        let files = [".json", ".jsonl", ".safetensors", checksums::NAME];
        remove_unfinished(&self.path, &files)?;
        Ok(remove_unfinished(&self.path.join("arrays"), &[".idx"])?)
    }

    /// `experiment.json`, or `None` if the experiment was not begun.
    ///
    /// # Errors
    /// A file that cannot be read, or settings that [`Experiment::check`] refuses, or that belong
    /// to an experiment of another name.
    pub fn settings(&self) -> Result<Option<Experiment>, Error> {
        let path = self.path.join("experiment.json");
        let Some(experiment) = read_json::<Experiment>(&path)? else {
            return Ok(None);
        };
        experiment.check()?;
        self.check_name(&path, &experiment.id)?;
        Ok(Some(experiment))
    }

    /// As [`ExperimentFolder::settings`], in the folder of a further seed: a copy of another one's
    /// would count as one seed more.
    ///
    /// # Errors
    /// As well [`Error::Format`] if the seed is another one.
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
    /// [`Error::Io`].
    pub fn write_settings(&self, experiment: &Experiment) -> Result<(), Error> {
        write_json(&self.path.join("experiment.json"), experiment)
    }

    /// `evaluation.json`, or `None` if the experiment is not finished. With it, the other files are
    /// trusted too: so all of them are compared with their digests before, if the experiment is
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
                "expected the experiment that its folder is named after, found {:?}",
                quote_untrusted(found)
            ),
        })
    }

    /// Writes the digests of all files to `SHA256SUMS`: the last file of an experiment, with which
    /// it is complete.
    ///
    /// # Errors
    /// [`Error::Io`] or [`Error::Array`].
    pub fn seal(&self) -> Result<(), Error> {
        seal::write(&self.path)
    }

    /// Whether the experiment is sealed: all of its files are there, and are what they were.
    ///
    /// # Errors
    /// [`Error::Damaged`], or a file that cannot be read.
    pub fn is_sealed(&self) -> Result<bool, Error> {
        seal::check(&self.path)
    }

    /// The error of a folder whose list of digests is lost.
    pub fn without_seal(&self) -> Error {
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
    /// [`Error::Io`].
    pub fn write_evaluation(&self, evaluation: &Evaluation) -> Result<(), Error> {
        write_json(&self.evaluation_path(), evaluation)
    }

    /// The lines of `metrics.jsonl`; none if there is no such file. A last line without its end
    /// was cut off while it was written, and does not count.
    ///
    /// # Errors
    /// A file that cannot be read, or a line that is no [`Metric`].
    pub fn metrics(&self) -> Result<Vec<Metric>, Error> {
        metrics_log::read(&self.metrics_path())
    }

    /// Writes `metrics.jsonl` anew. What is returned takes further lines.
    ///
    /// # Errors
    /// [`Error::Io`].
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
    /// [`Error::Io`] or [`Error::Array`].
    pub fn write_array(&self, name: &str, array: &IdxArray) -> Result<(), Error> {
        write_array(&self.path.join("arrays"), name, array)
    }
}
