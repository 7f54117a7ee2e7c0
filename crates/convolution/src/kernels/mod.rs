//! The parts of layers that the models are made of, for one image at a time.
//!
//! The weights of a layer connect a pooled feature map with a full one of about twice its side.
//! Both have a border of one pixel, which is zero where a kernel reads it. Shapes of all kernels:
//!
//! - `full [FULL, FULL, C_FULL]`, border included: FULL = 30, 16, 9 for sides 28, 14, 7.
//! - `pooled [POOLED + 2, POOLED + 2, C_POOLED]`: POOLED = 14, 7, 3 is the side without the border.
//! - `positions [POOLED, POOLED, C_POOLED]`, without a border: for each pooled value, to which of
//!   the 2 x 2 full pixels of its block it belongs, 0 and 1 in the upper row, 2 and 3 in the lower.
//! - KERNEL = side of the kernel, 3 or 4. A tap is one of its KERNEL x KERNEL places.
//!
//! Slices are of pixels, `[[f32; C]]`, row by row. In loops, `p` is a pooled channel and `f` a full
//! one.

mod aligned;
pub mod pooling;
pub mod single_channel;
pub mod windows;

pub use aligned::{AlignedRows, FeatureMap};
