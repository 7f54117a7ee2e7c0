//! What can go wrong with images, projections and saved models.

/// An error of images, projections and saved models.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No components, or more than possible.
    #[error("expected from 1 to {max} components, found {found}")]
    Components {
        /// The number of pixels of an image; of a fitted model, that of its components.
        max: usize,
        /// How many were requested.
        found: usize,
    },
    /// The numbers are not a whole number of images.
    #[error("expected whole images of {pixels} numbers each, found {numbers} numbers in total")]
    PartialImage {
        /// Pixels of an image.
        pixels: usize,
        /// Numbers in total.
        numbers: usize,
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
    /// A file cannot be read or written, or does not hold a model.
    #[error(transparent)]
    File(#[from] weights_file::Error),
}
