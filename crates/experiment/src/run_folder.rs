use std::{
    fs,
    path::{Path, PathBuf},
};

use durable_fs::{Lock, checksums, remove_unfinished, try_lock};
use mnist_io::IdxArray;

use crate::{
    Error, Experiment, ExperimentFolder, RunRecord,
    files::{array_path, names, read_array, read_json, refuse_links, write_array, write_json},
};

/// What a run folder holds at the top.
const ENTRIES: [&str; 10] = [
    "lock",
    "run.json",
    "inputs",
    "experiments",
    "seeds",
    "figures",
    "report.html",
    "report.md",
    "claims.json",
    "results.csv",
];

/// A folder of results:
///
/// ```text
/// RUN/run.json                          what all experiments in it share
/// RUN/inputs/NAME.idx, SHA256SUMS       the images that the figures show, and their digests
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
/// Every file appears whole or not at all (see [`durable_fs::write_atomically`]), but for
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
    /// returned lock is dropped or this process ends in whatever way; and removes what a process
    /// that was killed left half written of `run.json` and `inputs/`.
    ///
    /// # Errors
    /// [`Error::Busy`] if another process has it; [`Error::Format`] if there is a link, a pipe or a
    /// device where results are or will be; [`Error::Io`].
    pub fn lock(&self) -> Result<Lock, Error> {
        if self.root.exists() && !self.root.is_dir() {
            return Err(Error::Format {
                path: self.root.clone(),
                problem: "expected a run folder, found a file; choose another".into(),
            });
        }
        fs::create_dir_all(&self.root).map_err(|e| Error::io("make", &self.root, e))?;
        for name in ENTRIES {
            refuse_links(&self.root.join(name))?;
        }
        let busy = || Error::Busy {
            path: self.root.clone(),
        };
        let lock = try_lock(&self.root.join("lock"))?.ok_or_else(busy)?;
        remove_unfinished(&self.root, &["run.json"])?;
        remove_unfinished(&self.root.join("inputs"), &[".idx", checksums::NAME])?;
        Ok(lock)
    }

    /// The name of something in the folder that a run leaves, if there is anything: without
    /// `run.json`, nobody knows under what conditions it was made.
    pub fn holds(&self) -> Option<&'static str> {
        let results = ["inputs", "experiments", "seeds"];
        results
            .into_iter()
            .find(|name| self.root.join(name).exists())
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

    /// Reads an image array of `inputs/`, by a name of [`crate::arrays`], once all of them are what
    /// they were when [`RunFolder::seal_inputs`] listed them.
    ///
    /// # Errors
    /// [`Error::Array`].
    pub fn input(&self, name: &str) -> Result<IdxArray, Error> {
        let inputs = self.root.join("inputs");
        checksums::verify(&inputs)?;
        read_array(&inputs, name)
    }

    /// Lists the digests of the arrays of `inputs/`, by their names, in `inputs/SHA256SUMS`.
    ///
    /// # Errors
    /// [`Error::Array`].
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
        // "+13" and "013" are no names that `seed` gives.
        let seed = |name: &String| {
            name.parse()
                .ok()
                .filter(|seed: &u64| seed.to_string() == *name)
        };
        let mut seeds: Vec<u64> = names(&self.root.join("seeds"))?
            .iter()
            .filter_map(seed)
            .collect();
        seeds.sort_unstable();
        Ok(seeds)
    }

    /// The ids of the experiments that the folder holds, finished or not. Folders whose names are no
    /// ids are not ours.
    ///
    /// # Errors
    /// A folder that cannot be read.
    pub fn ids(&self) -> Result<Vec<String>, Error> {
        let mut ids = names(&self.root.join("experiments"))?;
        ids.retain(|name| Experiment::is_id(name));
        ids.sort();
        Ok(ids)
    }
}
