//! What a model computes, layer by layer, by libtorch's operations.

mod convolutional;
mod dense;

pub(crate) use convolutional::Convolutional;
pub(crate) use dense::Dense;
