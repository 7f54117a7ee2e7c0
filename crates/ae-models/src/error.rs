use std::path::PathBuf;

/// What can be wrong with a model or its file of weights.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The spec describes no autoencoder.
    #[error("expected a dense or convolutional model, found {found}")]
    NotAnAutoencoder {
        /// What the spec describes.
        found: String,
    },
    /// The operating system refused.
    #[error("cannot {operation} {}", path.display())]
    Io {
        /// "read" or "write".
        operation: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A file of weights does not fit the model.
    #[error("{}: {problem}", path.display())]
    Weights {
        /// The file.
        path: PathBuf,
        /// What was expected and what was found.
        problem: String,
    },
}
