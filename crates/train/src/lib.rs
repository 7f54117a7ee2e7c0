//! Trains and evaluates experiments into a run folder.
//!
//! Layers: commands -> run -> {training, evaluation} -> {data, diagnosis} -> {tensors, random, error, free_memory}
//!
//! A module imports from layers to its right only; `commands` belongs to the binary.
//!
//! - [`run`]: several experiments side by side, each a [`run::Job`].
//! - [`training`]: the training loop, its optimizer and its checkpoints.
//! - [`evaluation`]: everything that is measured of a trained model.
//! - [`data`]: data sets, and the training images as batches.
//!
//! Letters in shapes: N = images of a batch or a set, P = numbers of an image, the pixels of
//! all channels: C H W, U = units of the code.

#![deny(missing_docs)]

pub mod data;
mod diagnosis;
mod error;
pub mod evaluation;
mod free_memory;
pub mod random;
pub mod run;
mod tensors;
pub mod training;

pub use error::Error;
