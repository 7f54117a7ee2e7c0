use std::path::PathBuf;

/// What can be wrong with images, projections and saved models.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// More components than there can be, or none.
    #[error("expected from 1 to {most} components, found {found}")]
    Components {
        /// The pixels of an image; of a fitted model, its components.
        most: usize,
        /// How many were asked for.
        found: usize,
    },
    /// The bytes are not a whole number of images.
    #[error(
        "expected images of {pixels} bytes each, found {bytes} bytes in all, which is no multiple"
    )]
    PartialImage {
        /// Pixels of an image.
        pixels: usize,
        /// Bytes in all.
        bytes: usize,
    },
    /// A covariance needs two images.
    #[error("expected at least 2 images, found {found}")]
    TooFewImages {
        /// How many there are.
        found: usize,
    },
    /// A tensor of another shape than the model takes.
    #[error("expected a tensor of shape [N, {width}], found {found:?}")]
    Shape {
        /// The second dimension: D for images, K for codes.
        width: usize,
        /// The shape found.
        found: Vec<i64>,
    },
    /// libtorch could not decompose the covariance.
    #[error("the eigen-decomposition failed")]
    Decomposition(#[source] tch::TchError),
    /// A file cannot be read or written.
    #[error(transparent)]
    File(#[from] durable_fs::Error),
    /// A file is there, but does not hold a model.
    #[error("{}: {problem}", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What was expected and what was found.
        problem: String,
    },
}
