//! Applies trained models: images to codes, codes to images, and the errors of reconstructions.
//!
//! Layers: commands -> {gaussian, output, refinement} -> {codes, images, scores} -> model -> interruption -> error
//!
//! A module imports from layers to its right only; `commands` belongs to the binary.
//!
//! - [`TrainedModel`]: a model with its weights, from a run folder or an experiment's folder.
//! - [`Images`]: what a user names, scaled as the training images were, batch by batch.
//! - [`Codes`]: the codes in a file.
//! - [`CodeDistribution`]: what new codes are drawn from.
//! - [`refine`]: codes with smaller errors than those of the encoder.
//! - [`scores`]: errors, a threshold and the ROC curve.
//! - [`interruption`]: signals that ask the program to end.
//! - [`output`]: files that appear whole or not at all.
//!
//! Letters in shapes: N = images, P = numbers of an image, channel by channel, U = numbers of a code.
//! Pixels are at 0-1 scale unless said otherwise.

#![deny(missing_docs)]

mod codes;
mod error;
mod gaussian;
mod images;
pub mod interruption;
mod model;
pub mod output;
mod refinement;
pub mod scores;

pub use codes::Codes;
pub use error::Error;
pub use gaussian::CodeDistribution;
pub use images::{BATCH, Batch, ImageName, Images};
pub use model::TrainedModel;
pub use refinement::{Refinement, refine};
