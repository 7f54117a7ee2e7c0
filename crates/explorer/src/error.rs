//! Why a page, or an experiment in it, cannot be made.

use std::{io, path::Path, path::PathBuf};

/// Why a page, or an experiment in it, cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A record or an array of the run folder cannot be read.
    #[error(transparent)]
    Run(#[from] experiment::Error),
    /// Weights cannot be read.
    #[error(transparent)]
    Weights(#[from] weights_file::Error),
    /// A file is intact but does not hold what its name promises.
    #[error("{}: expected {expected}, found {found}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What should be in it.
        expected: String,
        /// What is in it.
        found: String,
    },
    /// The page cannot be written.
    #[error(transparent)]
    Write(#[from] durable_fs::Error),
    /// Numbers cannot be compressed.
    #[error("cannot compress the numbers of the page")]
    Compress(#[from] io::Error),
    /// The page's data cannot be written as JSON.
    #[error("cannot write JSON")]
    Json(#[from] serde_json::Error),
}

impl Error {
    /// [`Error::Content`].
    pub(crate) fn content(path: &Path, expected: impl Into<String>, found: &[usize]) -> Self {
        Error::Content {
            path: path.to_owned(),
            expected: expected.into(),
            found: format!("an array of {found:?}"),
        }
    }
}
