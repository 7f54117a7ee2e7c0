//! What can go wrong with a file of weights.

use std::path::{Path, PathBuf};

/// An error of a file of weights.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It cannot be read or written.
    #[error(transparent)]
    File(#[from] durable_fs::Error),
    /// Its content is not what it should be.
    #[error("{}: {problem}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What was expected and what was found.
        problem: String,
    },
}

impl Error {
    /// An error of the content of the file at `path`.
    pub fn content(path: &Path, problem: String) -> Self {
        Error::Content {
            path: path.to_owned(),
            problem,
        }
    }
}
