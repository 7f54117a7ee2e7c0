//! What can go wrong with a model or its weights file.

use std::path::PathBuf;

/// An error of a model or its weights file.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file cannot be read or written.
    #[error(transparent)]
    File(#[from] durable_fs::Error),
    /// A weights file does not fit the model.
    #[error("{}: {problem}", path.display())]
    Weights {
        /// The file.
        path: PathBuf,
        /// What was expected and what was found.
        problem: String,
    },
}
