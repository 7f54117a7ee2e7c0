//! A trained experiment as an ONNX model, without libtorch.
//!
//! [`export`] gives the bytes of a model in evaluation. Its input is `images`, 0-1 pixels,
//! `[N, C, H, W]` of a convolutional model and `[N, P]` of a dense one or PCA; its outputs are `code`,
//! `[N, U]`, and `reconstruction`, of the shape of the input. The number of images is free.
//!
//! Letters: N = images, C = channels, H = rows and W = columns of an image, P = its pixels, C H W,
//! U = units of the code.
//!
//! Layers: export -> {layers, pca} -> graph -> message -> error
#![deny(missing_docs)]

mod error;
mod export;
mod graph;
mod layers;
mod message;
mod pca;

pub use error::ExportError;
pub use export::export;
