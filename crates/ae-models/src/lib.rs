//! The assignment's autoencoders: a model is a function of its
//! [`ModelSpec`](experiment::ModelSpec).
//!
//! Letters in shapes: N = images of a batch, P = 784 pixels, U = hidden units of a layer,
//! K = those of them that are active, F = filters, H and W = rows and columns of a feature map.
//!
//! Layers: autoencoder -> engines -> {architectures, loss} -> {init, output, parameters} -> tensor_file -> {error, named_tensors, slices}
//!
//! - [`Autoencoder`]: build, forward, gradients.
//! - [`Parameters`]: the weights by their PyTorch names; safetensors.
//! - [`init`]: PyTorch's initialization.
//! - [`loss`]: what training minimizes.

#![deny(missing_docs)]

mod architectures;
mod autoencoder;
mod engines;
mod error;
pub mod init;
pub mod loss;
mod objective;
mod output;
mod parameters;
mod slices;
pub mod tensor_file;

pub use autoencoder::Autoencoder;
pub use error::Error;
pub use objective::Objective;
pub use output::Output;
pub use parameters::Parameters;
pub use slices::{as_mut_slice, as_slice};
