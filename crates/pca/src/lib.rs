//! Principal component analysis of images.
//!
//! Letters: N = images, D = pixels of an image, K = components.
//!
//! - [`Pca::fit`] and [`Pca::fit_unit`]: mean, covariance and its eigenvectors, from N images of D
//!   pixels each, bytes or floats.
//! - [`Pca::project`] and [`Pca::reconstruct`]: from pixels to K numbers and back.
//! - [`Pca::save`] and [`Pca::load`]: as a safetensors file.
//!
//! Layers: file -> model -> {covariance, gram, floats} -> eigen -> error
//!
//! The covariance of bytes is computed in integers, so it does not depend on the number of threads
//! or on the machine. Only the eigen-decomposition, which libtorch does in `f64`, rounds. Where the
//! images are fewer than their pixels, the N x N products of the images take the covariance's place.

#![deny(missing_docs)]

mod covariance;
mod eigen;
mod error;
mod file;
mod floats;
mod gram;
mod model;

pub use error::Error;
pub use model::{Centering, Pca};
