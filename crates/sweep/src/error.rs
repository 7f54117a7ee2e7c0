//! What can go wrong with a sweep.

use std::{
    io,
    path::{Path, PathBuf},
};

/// What can go wrong with a sweep.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no run folder at this path.
    #[error("{}: expected the folder of a sweep, found no run.json", folder.display())]
    NoFolder {
        /// The path.
        folder: PathBuf,
    },
    /// The run folder has no plan.
    #[error("{}: expected the folder of a sweep, found a run folder without a plan", folder.display())]
    NoPlan {
        /// The folder.
        folder: PathBuf,
    },
    /// The plan is not the one that `run.json` names.
    #[error("{}: expected the plan of SHA-256 {expected} that run.json names, found {found}", path.display())]
    OtherPlan {
        /// The file.
        path: PathBuf,
        /// The digest in `run.json`.
        expected: String,
        /// The digest of as many lines.
        found: String,
    },
    /// The plan has fewer experiments than `run.json` says.
    #[error("{}: expected the {expected} experiments that run.json counts, found {found}", path.display())]
    ShortPlan {
        /// The file.
        path: PathBuf,
        /// How many there should be.
        expected: usize,
        /// How many lines there are.
        found: usize,
    },
    /// A line of the plan is not an experiment.
    #[error("{}: line {line}: {problem}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// What was expected and found.
        problem: String,
    },
    /// What is asked for differs from an experiment that is planned already.
    #[error("experiment {id:?} is planned with other settings ({difference})")]
    Changed {
        /// The experiment.
        id: String,
        /// The setting with both its values.
        difference: String,
    },
    /// A file of the run folder.
    #[error(transparent)]
    RunFolder(#[from] experiment::Error),
    /// Another file.
    #[error(transparent)]
    File(#[from] durable_fs::Error),
}

impl Error {
    pub(crate) fn io(operation: &'static str, path: &Path, reason: io::Error) -> Self {
        Error::File(durable_fs::Error::io(operation, path, reason))
    }
}
