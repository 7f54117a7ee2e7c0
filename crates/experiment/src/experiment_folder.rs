use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use mnist_io::IdxArray;

use crate::{
    Error, Evaluation, Experiment, Metric,
    files::{
        array_path, in_short, read_json, read_text, remove_unfinished, write_array, write_json,
        write_text,
    },
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
    pub fn has_results(&self) -> bool {
        [
            self.model_path(),
            self.resume_path(),
            self.evaluation_path(),
        ]
        .iter()
        .any(|path| path.exists())
    }

    /// Removes what a process that was killed left half written here. The run folder must be
    /// locked.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn remove_unfinished(&self) -> Result<(), Error> {
        remove_unfinished(&self.path, &[".json", ".jsonl", ".safetensors"])?;
        remove_unfinished(&self.path.join("arrays"), &[".idx"])
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
        if self.path.file_name() != Some(experiment.id.as_ref()) {
            return Err(Error::Format {
                path,
                problem: format!(
                    "expected the experiment that its folder is named after, found {:?}",
                    experiment.id
                ),
            });
        }
        Ok(Some(experiment))
    }

    /// Writes `experiment.json`.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn write_settings(&self, experiment: &Experiment) -> Result<(), Error> {
        write_json(&self.path.join("experiment.json"), experiment)
    }

    /// `evaluation.json`, or `None` if the experiment is not finished.
    ///
    /// # Errors
    /// A file that cannot be read or is not an evaluation.
    pub fn evaluation(&self) -> Result<Option<Evaluation>, Error> {
        read_json(&self.evaluation_path())
    }

    /// Writes `evaluation.json`: the last file of an experiment.
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
        let path = self.path.join("metrics.jsonl");
        let Some(text) = read_text(&path)? else {
            return Ok(Vec::new());
        };
        let whole_lines = text.rfind('\n').map_or("", |end| &text[..end]);
        whole_lines
            .lines()
            .enumerate()
            .map(|(index, line)| {
                serde_json::from_str(line).map_err(|source| Error::Format {
                    path: path.clone(),
                    problem: format!("line {}: {}", index + 1, in_short(&source.to_string())),
                })
            })
            .collect()
    }

    /// Writes `metrics.jsonl` anew.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn write_metrics(&self, metrics: &[Metric]) -> Result<(), Error> {
        write_text(&self.path.join("metrics.jsonl"), &json_lines(metrics))
    }

    /// Adds lines to `metrics.jsonl`. The one file that is not written anew: a long training
    /// would spend its time on that.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn append_metrics(&self, metrics: &[Metric]) -> Result<(), Error> {
        let path = self.path.join("metrics.jsonl");
        let append = || {
            let mut file = fs::OpenOptions::new().append(true).open(&path)?;
            file.write_all(json_lines(metrics).as_bytes())?;
            file.sync_data()
        };
        append().map_err(|e| Error::io("write", &path, e))
    }

    /// Reads an image array by a name of [`crate::arrays`].
    ///
    /// # Errors
    /// [`Error::Array`].
    pub fn array(&self, name: &str) -> Result<IdxArray, Error> {
        Ok(mnist_io::read(&array_path(
            &self.path.join("arrays"),
            name,
        ))?)
    }

    /// Writes an image array.
    ///
    /// # Errors
    /// [`Error::Io`] or [`Error::Array`].
    pub fn write_array(&self, name: &str, array: &IdxArray) -> Result<(), Error> {
        write_array(&self.path.join("arrays"), name, array)
    }
}

fn json_lines(metrics: &[Metric]) -> String {
    let line = |metric| serde_json::to_string(metric).expect("a metric has string keys only");
    metrics.iter().map(|metric| line(metric) + "\n").collect()
}
