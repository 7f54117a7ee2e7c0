//! What can go wrong with an export.

use std::path::PathBuf;

/// An error of an export.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The settings cannot be read.
    #[error(transparent)]
    Experiment(#[from] experiment::Error),
    /// The weights cannot be read, or are not those of the settings.
    #[error(transparent)]
    Weights(#[from] weights_file::Error),
    /// The folder has no settings.
    #[error("{}: expected experiment.json, found none", path.display())]
    NoSettings {
        /// The folder.
        path: PathBuf,
    },
    /// The model is larger than a message of Protocol Buffers may be.
    #[error(
        "{}: expected a model of at most {max} bytes, which is ONNX's limit of one file, \
         found {found}", path.display()
    )]
    TooLarge {
        /// The weights.
        path: PathBuf,
        /// The limit.
        max: usize,
        /// Bytes of the model.
        found: usize,
    },
}
