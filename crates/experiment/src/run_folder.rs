use std::{
    fs::{self, File, OpenOptions, TryLockError},
    path::{Path, PathBuf},
};

use mnist_io::IdxArray;

use crate::{
    Error, Experiment, ExperimentFolder, RunRecord,
    files::{names, read_array, read_json, remove_unfinished, write_array, write_json},
};

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
///                    evaluation.json    every number
///                    SHA256SUMS         digests of these; written last: with it, all is there
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
    /// returned file is dropped or this process ends in whatever way; and removes what a process
    /// that was killed left half written of `run.json` and `inputs/`.
    ///
    /// # Errors
    /// [`Error::Busy`] if another process has it; [`Error::Format`] if `lock` is a link or no file;
    /// [`Error::Io`].
    pub fn lock(&self) -> Result<File, Error> {
        fs::create_dir_all(&self.root).map_err(|e| Error::io("make", &self.root, e))?;
        let path = self.root.join("lock");
        if fs::symlink_metadata(&path).is_ok_and(|found| !found.is_file()) {
            return Err(Error::Format {
                problem: "expected a file of this run folder, found a link or no file; remove it"
                    .into(),
                path,
            });
        }
        // What a user may have in a file of that name stays.
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|e| Error::io("write", &path, e))?;
        match file.try_lock() {
            Ok(()) => {
                remove_unfinished(&self.root, &["run.json"])?;
                remove_unfinished(&self.root.join("inputs"), &[".idx"])?;
                Ok(file)
            }
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
        read_array(&self.root.join("inputs"), name)
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
        ExperimentFolder::at(self.root.join("experiments").join(id))
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
            if let Some(experiment) = ExperimentFolder::at(path).settings()? {
                experiments.push(experiment);
            }
        }
        experiments.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(experiments)
    }
}
