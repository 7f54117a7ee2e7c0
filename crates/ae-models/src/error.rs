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
    /// A file cannot be read or written.
    #[error(transparent)]
    File(#[from] durable_fs::Error),
    /// A file of weights does not fit the model.
    #[error("{}: {problem}", path.display())]
    Weights {
        /// The file.
        path: PathBuf,
        /// What was expected and what was found.
        problem: String,
    },
}
