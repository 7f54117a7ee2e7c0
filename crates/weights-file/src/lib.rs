//! Safetensors files of weights, without libtorch.
//!
//! - [`named_tensors`]: what the header of a file must say.
//! - [`first_difference`]: where two files differ.
//!
//! Layers: `{header, difference}`
#![deny(missing_docs)]

mod difference;
mod header;

pub use difference::first_difference;
pub use header::{MAX_HEADER, Texts, named_tensors};
