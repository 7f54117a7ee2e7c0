use std::{
    collections::BTreeMap,
    fs::{self, File, TryLockError},
    io::Write,
    path::{Path, PathBuf},
};

use mnist_io::IdxArray;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{Error, Evaluation, Experiment, Metric};

/// A folder of results:
///
/// ```text
/// RUN/run.json                          what all experiments in it share
/// RUN/inputs/NAME.idx                   the images that the figures show
/// RUN/experiments/ID/experiment.json    the settings
///                    metrics.jsonl      a line a step, a line an epoch
///                    resume.safetensors where an unfinished training goes on
///                    model.safetensors  the trained weights
///                    arrays/NAME.idx    reconstructions, codes and filters
///                    evaluation.json    every number; written last: with it, all is there
/// RUN/seeds/SEED/experiments/ID/        the same experiments with further seeds
/// RUN/figures/, report.html, report.md, claims.json, results.csv
///                                       what `viz` makes of the above
/// ```
///
/// Every file appears whole or not at all (see [`mnist_io::write_atomically`]), but for
/// `metrics.jsonl`, to which lines are added.
#[derive(Clone, Debug)]
pub struct RunFolder {
    root: PathBuf,
}

/// `run.json`: what the results depend on besides the experiments' own settings. A folder never
/// mixes two.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    /// Version of this program.
    pub version: String,
    /// Version of libtorch.
    pub libtorch: String,
    /// `cpu` or `cuda`.
    pub device: String,
    /// Threads of each experiment.
    pub threads: usize,
    /// Where it ran.
    pub machine: Machine,
    /// SHA-256 of the decompressed content of each data file that was read, by its path in the
    /// data folder.
    pub data: BTreeMap<String, String>,
}

/// The machine of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Machine {
    /// Operating system, e.g. `linux`.
    pub system: String,
    /// Instruction set, e.g. `x86_64`.
    pub architecture: String,
    /// Name of the processor as it gives it.
    pub processor: String,
    /// Processors that the run could use.
    pub processors: usize,
}

impl RunFolder {
    /// The folder at `root`, which need not exist yet.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        RunFolder { root: root.into() }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.root
    }

    /// Makes sure that no other process changes the folder, which is made if need be, until the
    /// returned file is dropped or this process ends in whatever way.
    ///
    /// # Errors
    /// [`Error::Busy`] if another process has it; [`Error::Io`].
    pub fn lock(&self) -> Result<File, Error> {
        fs::create_dir_all(&self.root).map_err(|e| Error::io("make", &self.root, e))?;
        let path = self.root.join("lock");
        let file = File::create(&path).map_err(|e| Error::io("write", &path, e))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(Error::Busy {
                path: self.root.clone(),
            }),
            Err(TryLockError::Error(e)) => Err(Error::io("lock", &path, e)),
        }
    }

    /// `run.json`, or `None` if there is none.
    ///
    /// # Errors
    /// A file that cannot be read or is not such a record.
    pub fn record(&self) -> Result<Option<RunRecord>, Error> {
        read_json(&self.root.join("run.json"))
    }

    /// Writes `run.json`.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn write_record(&self, record: &RunRecord) -> Result<(), Error> {
        write_json(&self.root.join("run.json"), record)
    }

    /// Reads an image array of `inputs/`, by a name of [`crate::arrays`].
    ///
    /// # Errors
    /// [`Error::Array`].
    pub fn input(&self, name: &str) -> Result<IdxArray, Error> {
        Ok(mnist_io::read(&array_path(
            &self.root.join("inputs"),
            name,
        ))?)
    }

    /// Writes an image array to `inputs/`.
    ///
    /// # Errors
    /// [`Error::Io`] or [`Error::Array`].
    pub fn write_input(&self, name: &str, array: &IdxArray) -> Result<(), Error> {
        write_array(&self.root.join("inputs"), name, array)
    }

    /// The folder of one experiment, which need not exist yet. `id` must have passed
    /// [`Experiment::check`].
    pub fn experiment(&self, id: &str) -> ExperimentFolder {
        ExperimentFolder {
            path: self.root.join("experiments").join(id),
        }
    }

    /// The results of a further seed: a folder like this one, which shares this one's `run.json`
    /// and `inputs/`.
    pub fn seed(&self, seed: u64) -> RunFolder {
        RunFolder::new(self.root.join("seeds").join(seed.to_string()))
    }

    /// The further seeds that the folder holds results of, ascending.
    ///
    /// # Errors
    /// A folder that cannot be read.
    pub fn seeds(&self) -> Result<Vec<u64>, Error> {
        let mut seeds: Vec<u64> = names(&self.root.join("seeds"))?
            .iter()
            .filter_map(|name| name.parse().ok())
            .collect();
        seeds.sort_unstable();
        Ok(seeds)
    }

    /// The experiments that the folder holds, finished or not, by id.
    ///
    /// # Errors
    /// A folder or a file in it that cannot be read.
    pub fn experiments(&self) -> Result<Vec<Experiment>, Error> {
        let folder = self.root.join("experiments");
        let mut experiments = Vec::new();
        for name in names(&folder)? {
            let path = folder.join(name);
            if let Some(experiment) = (ExperimentFolder { path }).settings()? {
                experiments.push(experiment);
            }
        }
        experiments.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(experiments)
    }
}

/// The folder of one experiment.
#[derive(Clone, Debug)]
pub struct ExperimentFolder {
    path: PathBuf,
}

impl ExperimentFolder {
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
        let evaluation = self.path.join("evaluation.json");
        [self.model_path(), self.resume_path(), evaluation]
            .iter()
            .any(|path| path.exists())
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
                    problem: format!("line {}: {source}", index + 1),
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

/// The folders in a folder; none if it does not exist.
fn names(folder: &Path) -> Result<Vec<String>, Error> {
    let read = || -> std::io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.path().is_dir() {
                names.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
        Ok(names)
    };
    match read() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        result => result.map_err(|error| Error::io("read", folder, error)),
    }
}

fn array_path(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.idx"))
}

fn write_array(folder: &Path, name: &str, array: &IdxArray) -> Result<(), Error> {
    fs::create_dir_all(folder).map_err(|e| Error::io("make", folder, e))?;
    Ok(mnist_io::write(&array_path(folder, name), array)?)
}

fn json_lines(metrics: &[Metric]) -> String {
    let line = |metric| serde_json::to_string(metric).expect("a metric has string keys only");
    metrics.iter().map(|metric| line(metric) + "\n").collect()
}

fn read_text(path: &Path) -> Result<Option<String>, Error> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io("read", path, error)),
    }
}

fn write_text(path: &Path, text: &str) -> Result<(), Error> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(|e| Error::io("make", folder, e))?;
    mnist_io::write_atomically(path, text.as_bytes()).map_err(|e| Error::io("write", path, e))
}

fn read_json<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, Error> {
    read_text(path)?
        .map(|text| {
            serde_json::from_str(&text).map_err(|source| Error::Format {
                path: path.to_owned(),
                problem: source.to_string(),
            })
        })
        .transpose()
}

fn write_json(path: &Path, value: &impl Serialize) -> Result<(), Error> {
    let mut text = serde_json::to_string_pretty(value).expect("records have string keys only");
    text.push('\n');
    write_text(path, &text)
}
