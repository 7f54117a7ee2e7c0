//! The run folder: which file is where, and reading and writing all but the weights.
//!
//! One process at a time changes a run folder: it holds the lock on the file `lock`, and `viz`
//! reads under it too. Under the lock, partial files that a killed process left are removed. A
//! link, a pipe or a device among the results is refused first: writing through it could change any
//! file.
//!
//! A file that names another experiment or seed than its folder does is refused.

pub mod arrays;
mod experiment;
mod files;
mod metrics_log;
mod seal;

use std::{
    fs,
    path::{Path, PathBuf},
};

use durable_fs::{Lock, ReadLock, checksums, remove_unfinished, try_lock, try_lock_to_read};
use mnist_io::IdxArray;

use self::files::{
    array_path, folder_names, read_array, read_json, refuse_links, write_array, write_json,
};
use crate::{error::Error, records::RunRecord, settings::Experiment};

pub use self::{
    experiment::ExperimentFolder,
    metrics_log::{MetricsLog, metrics_sha256},
};

/// The files and folders at the top of a run folder.
const ENTRIES: [&str; 15] = [
    "lock",
    "run.json",
    "inputs",
    "experiments",
    "seeds",
    "plan.jsonl",
    "attempts",
    "claims",
    "failures",
    "tensorboard",
    "figures",
    "report.html",
    "report.md",
    "claims.json",
    "results.csv",
];

/// A folder of results:
///
/// ```text
/// RUN/run.json                          the conditions that all experiments share
/// RUN/inputs/NAME.idx, SHA256SUMS       the images that the figures show, and their digests
/// RUN/experiments/ID/experiment.json    the settings
///                    machine.json       the machines that computed it
///                    metrics.jsonl      a line for each step, epoch and measurement
///                    resume.safetensors from where an unfinished training resumes, or a kept one
///                                       goes on
///                    model.safetensors  the trained weights
///                    arrays/NAME.idx    reconstructions, codes and filters
///                    evaluation.json    every number
///                    SHA256SUMS         digests of these; written last: it seals the experiment
/// RUN/seeds/SEED/experiments/ID/        the same experiments with further seeds
/// RUN/plan.jsonl, attempts/, claims/, failures/
///                                       of a sweep only: what is planned, and who is at work on it
/// RUN/tensorboard/ID/, ID/seed-SEED/    event files for TensorBoard, on request
/// RUN/figures/, report.html, report.md, claims.json, results.csv
///                                       what `viz` makes of the above
/// ```
///
/// Every file appears whole or not at all (see [`durable_fs::write_atomically`]), except
/// `metrics.jsonl` and event files, which are appended to.
#[derive(Clone, Debug)]
pub struct RunFolder {
    root: PathBuf,
}

impl RunFolder {
    /// The folder at `root`, which need not exist yet.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        RunFolder { root: root.into() }
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.root
    }

    /// Locks the folder, which is created if needed, against changes by other processes, until the
    /// returned lock is dropped or this process ends; and removes partial files of `run.json` and
    /// `inputs/` that a killed process left.
    ///
    /// # Errors
    /// [`Error::Busy`] if another process holds the lock; [`Error::Format`] if there is a link, a
    /// pipe or a device among the results; [`Error::File`].
    pub fn lock(&self) -> Result<Lock, Error> {
        if self.root.exists() && !self.root.is_dir() {
            return Err(Error::Format {
                path: self.root.clone(),
                problem: "expected a run folder, found a file; choose another".into(),
            });
        }
        fs::create_dir_all(&self.root).map_err(|e| Error::io("create", &self.root, e))?;
        self.refuse_links()?;
        let lock = try_lock(&self.root.join("lock"))?.ok_or_else(|| self.busy())?;
        remove_unfinished(&self.root, &["run.json"])?;
        remove_unfinished(&self.root.join("inputs"), &[".idx", checksums::NAME])?;
        Ok(lock)
    }

    /// Keeps processes that change the folder away, as [`RunFolder::lock`] does, and changes nothing
    /// itself: the folder may be somebody else's, or on a disk that cannot be written. Other processes
    /// may read it as well.
    ///
    /// # Errors
    /// [`Error::Busy`] if another process holds the lock; [`Error::Format`] as for
    /// [`RunFolder::lock`]; [`Error::File`].
    pub fn lock_to_read(&self) -> Result<ReadLock, Error> {
        self.refuse_links()?;
        try_lock_to_read(&self.root.join("lock"))?.ok_or_else(|| self.busy())
    }

    fn refuse_links(&self) -> Result<(), Error> {
        let mut entries = ENTRIES.iter();
        entries.try_for_each(|name| refuse_links(&self.root.join(name)))
    }

    fn busy(&self) -> Error {
        Error::Busy {
            path: self.root.clone(),
        }
    }

    /// The first of the folders with results that exists. Without `run.json`, the conditions of
    /// these results are unknown.
    pub fn existing_results(&self) -> Option<&'static str> {
        let results = ["inputs", "experiments", "seeds"];
        results
            .into_iter()
            .find(|name| self.root.join(name).exists())
    }

    /// Reads `run.json`; `None` if there is no such file.
    ///
    /// # Errors
    /// A file that cannot be read or is not such a record.
    pub fn record(&self) -> Result<Option<RunRecord>, Error> {
        read_json(&self.root.join("run.json"))
    }

    /// Writes `run.json`.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn write_record(&self, record: &RunRecord) -> Result<(), Error> {
        write_json(&self.root.join("run.json"), record)
    }

    /// Reads an image array of `inputs/`, by a name of [`crate::arrays`], after verifying the digests
    /// that [`RunFolder::seal_inputs`] wrote.
    ///
    /// # Errors
    /// [`Error::File`] or [`Error::Array`].
    pub fn input(&self, name: &str) -> Result<IdxArray, Error> {
        let inputs = self.root.join("inputs");
        checksums::verify(&inputs)?;
        read_array(&inputs, name)
    }

    /// Writes the digests of the arrays `names` of `inputs/` to `inputs/SHA256SUMS`.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn seal_inputs(&self, names: &[&str]) -> Result<(), Error> {
        let files: Vec<PathBuf> = names
            .iter()
            .map(|name| array_path(Path::new(""), name))
            .collect();
        Ok(checksums::write(&self.root.join("inputs"), &files)?)
    }

    /// Writes an image array to `inputs/`.
    ///
    /// # Errors
    /// [`Error::File`] or [`Error::Array`].
    pub fn write_input(&self, name: &str, array: &IdxArray) -> Result<(), Error> {
        write_array(&self.root.join("inputs"), name, array)
    }

    /// The folder of one experiment, which need not exist yet. `id` must have passed
    /// [`Experiment::check`].
    pub fn experiment(&self, id: &str) -> ExperimentFolder {
        ExperimentFolder::at(self.root.join("experiments").join(id))
    }

    /// The results of a further seed: a folder like this one, which shares this one's `run.json`
    /// and `inputs/`.
    pub fn seed(&self, seed: u64) -> RunFolder {
        RunFolder::new(self.root.join("seeds").join(seed.to_string()))
    }

    /// The folder of an experiment's event file for TensorBoard, which shows it under the names of the
    /// folders: `ID`, or `ID/seed-SEED` with a further seed.
    pub fn tensorboard(&self, id: &str, further_seed: Option<u64>) -> PathBuf {
        let folder = self.root.join("tensorboard").join(id);
        further_seed.map_or(folder.clone(), |seed| folder.join(format!("seed-{seed}")))
    }

    /// The further seeds that the folder has results of, ascending.
    ///
    /// # Errors
    /// A folder that cannot be read.
    pub fn seeds(&self) -> Result<Vec<u64>, Error> {
        // "+13" and "013" parse as numbers, but are not names that `seed` gives.
        let seed = |name: &String| {
            name.parse()
                .ok()
                .filter(|seed: &u64| seed.to_string() == *name)
        };
        let mut seeds: Vec<u64> = folder_names(&self.root.join("seeds"))?
            .iter()
            .filter_map(seed)
            .collect();
        seeds.sort_unstable();
        Ok(seeds)
    }

    /// The ids of the experiments in the folder, complete or not, sorted. Folders whose names are not
    /// ids are ignored.
    ///
    /// # Errors
    /// A folder that cannot be read.
    pub fn ids(&self) -> Result<Vec<String>, Error> {
        let mut ids = folder_names(&self.root.join("experiments"))?;
        ids.retain(|name| Experiment::is_id(name));
        ids.sort();
        Ok(ids)
    }
}
