//! A trained model as other programs take it: without batch normalizations, which are folded into the
//! layers before them, since in evaluation they only scale and shift these layers' sums.
//!
//! - [`PlainModel`]: the layers and weights of a model's file, read tensor by tensor.
//!
//! Layers: model -> fold
#![deny(missing_docs)]

mod fold;
mod model;

pub use model::PlainModel;
