//! The convolutional autoencoders on a CPU: exactly these three models, forward and backward,
//! without libtorch.
//!
//! Layers: {network, peak} -> kernels -> simd
//!
//! Letters in shapes: N = images of a batch, P = 784 pixels, U = 144 units of the code. Matrices are
//! row-major slices of `f32`; pixels are of any scale, and the project's are 0-1.
//!
//! # What it supports
//!
//! - Images of 28 x 28 with one channel, and the layers of the three [`Decoder`]s (see
//!   [`ConvAe::new`]), with weights and biases in PyTorch's order and layouts.
//! - ReLU after every layer, the code and the reconstruction included; but the third layer of
//!   [`Decoder::Unpool`]'s encoder has none, so that its code can be negative.
//! - The mean squared error over all elements, plus an L1 penalty on the code; noise added to the
//!   code in a forward pass.
//!
//! It supports no other activation, loss, size or layer. Groups of images are computed on the calling
//! thread and, if it is one of a rayon pool, on the idle threads of that. The same call gives the same
//! bits on any number of them; AVX2 and AVX-512 give the same as each other, the portable code nearly the
//! same.
//!
//! # How it is fast
//!
//! An image goes through all layers, forward and backward, before the next one does, so that its
//! feature maps stay in the processor's first two caches. The channels of a pixel are adjacent and
//! fill its vectors. Zeros from unpooling and from a ReLU, gradients that max-pooling does not pass on,
//! and black parts of an image are skipped: a NaN weight that is only ever multiplied by skipped zeros
//! does not appear in the loss. A NaN weight that is multiplied by anything else does.

#![deny(missing_docs)]
#![expect(
    clippy::needless_range_loop,
    reason = "rows, columns and channels index several arrays at once, as in the formulas"
)]

mod kernels;
mod network;
mod peak;
mod simd;

pub use network::{CODE_UNITS, ConvAe, Decoder, LossAndGradients, Output, PIXELS};
pub use peak::multiply_add_gflops;
