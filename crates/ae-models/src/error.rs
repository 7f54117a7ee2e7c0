//! What can go wrong with a model or its weights file.

use std::path::PathBuf;

/// An error of a model or its weights file.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The specification does not describe an autoencoder.
    #[error("expected a dense or convolutional model, found {found}")]
    NotAnAutoencoder {
        /// What the specification describes.
        found: String,
    },
    /// The operating system reported an error.
    #[error("cannot {operation} {}", path.display())]
    Io {
        /// "read" or "write".
        operation: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A weights file does not fit the model.
    #[error("{}: {problem}", path.display())]
    Weights {
        /// The file.
        path: PathBuf,
        /// What was expected and what was found.
        problem: String,
    },
}
