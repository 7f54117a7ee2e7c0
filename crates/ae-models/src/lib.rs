//! Autoencoders of images: a model is a function of its [`ModelSpec`](experiment::ModelSpec).
//!
//! Letters in shapes: N = images of a batch, P = numbers of an image, its
//! pixels or, of a color image, C H W of them channel by channel, U = hidden units of a layer,
//! K = those of them that are active, C = channels of a feature map, H and W = its rows and columns.
//!
//! Layers: autoencoder -> engines -> {activation, objective} -> {loss, parameters} -> {init, output, tensor_file} -> {draws, in_parts, slices}
//!
//! - [`Autoencoder`]: build, forward, gradients.
//! - [`Objective`]: what training minimizes.
//! - [`Draws`]: the random numbers of a training step.
//! - [`in_parts`]: work with which idle threads help.
//! - [`linear`]: the product of a layer, without gradients.
//! - [`Parameters`]: the weights by their PyTorch names; safetensors.

#![deny(missing_docs)]

mod activation;
mod autoencoder;
mod draws;
mod engines;
mod in_parts;
mod init;
mod loss;
mod objective;
mod output;
mod parameters;
mod slices;
pub mod tensor_file;

pub use autoencoder::Autoencoder;
pub use draws::Draws;
pub use engines::linear;
pub use in_parts::{PART, in_parts, join, rows_of_part};
pub use objective::{Objective, ObjectiveValue};
pub use output::Output;
pub use parameters::Parameters;
pub use slices::{as_mut_slice, as_slice};
pub use weights_file::Error;
