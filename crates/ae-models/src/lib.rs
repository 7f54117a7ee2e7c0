//! The assignment's autoencoders: a model is a function of its
//! [`ModelSpec`](experiment::ModelSpec).
//!
//! Letters in shapes: N = images of a batch, P = 784 pixels, U = hidden units of a layer,
//! F = filters, H and W = rows and columns of a feature map.
//!
//! - [`Autoencoder`]: build, forward, gradients.
//! - [`Parameters`]: the weights by their PyTorch names; safetensors.
//! - [`init`]: PyTorch's law for the first weights.
//! - [`loss`]: what training minimises.

#![deny(missing_docs)]

mod activations;
mod autoencoder;
mod convolutional;
mod convolutional_kernels;
mod dense;
mod dense_gradients;
mod error;
mod gradients;
pub mod init;
pub mod loss;
mod matrix;
mod parameters;
mod passes;
mod slices;
pub mod tensor_file;

pub use autoencoder::{Autoencoder, Output};
pub use error::Error;
pub use parameters::Parameters;
pub use slices::{as_mut_slice, as_slice};
