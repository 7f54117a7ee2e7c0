use std::path::{Path, PathBuf};

/// What can be wrong with experiments and run folders.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The operating system refused.
    #[error("cannot {operation} {}", path.display())]
    Io {
        /// "read", "write" and so on.
        operation: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// Another process is at work in a run folder.
    #[error(
        "{}: another process is at work in this run folder; wait until it ends, or choose another",
        path.display()
    )]
    Busy {
        /// The run folder.
        path: PathBuf,
    },
    /// A file is there, but does not hold what it should.
    #[error("{}: {problem}", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What was expected and what was found.
        problem: String,
    },
    /// A file of a complete experiment is not what it was when it was written.
    #[error(
        "{problem}; the results are damaged: move {} away, and the experiment is computed anew",
        folder.display()
    )]
    Damaged {
        /// The experiment's folder.
        folder: PathBuf,
        /// Which file, what was expected and what was found.
        problem: mnist_io::Error,
    },
    /// A setting of an experiment is out of bounds.
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
        Error::Io {
            operation,
            path: path.to_owned(),
            source,
        }
    }
}
