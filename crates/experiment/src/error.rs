//! What can go wrong with experiments and run folders.

use std::path::{Path, PathBuf};

/// An error of an experiment or a run folder.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file cannot be read or written, or is not the one that a list of digests names.
    #[error(transparent)]
    File(#[from] durable_fs::Error),
    /// Another process holds the lock on a run folder.
    #[error(
        "{}: another process is at work in this run folder; wait until it ends, or choose another",
        path.display()
    )]
    Busy {
        /// The run folder.
        path: PathBuf,
    },
    /// A file exists, but its content is not what it should be.
    #[error("{}: {problem}", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What was expected and what was found.
        problem: String,
    },
    /// A file of a complete experiment has changed since it was written.
    #[error(
        "{problem}; the results are damaged: move {} away, and the experiment is computed again",
        folder.display()
    )]
    Damaged {
        /// The experiment's folder.
        folder: PathBuf,
        /// Which file, what was expected and what was found.
        problem: durable_fs::Error,
    },
    /// A setting of an experiment is out of range.
    #[error("experiment {id:?}: {problem}")]
    Setting {
        /// The experiment, cut to 64 characters.
        id: String,
        /// The field, what was expected and what was found.
        problem: String,
    },
    /// An image array cannot be read or written.
    #[error(transparent)]
    Array(#[from] mnist_io::Error),
}

impl Error {
    pub(crate) fn io(operation: &'static str, path: &Path, source: std::io::Error) -> Self {
        Error::File(durable_fs::Error::io(operation, path, source))
    }
}
