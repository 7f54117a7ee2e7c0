//! Training: the loop, the optimizers, checkpoints, and the progress that is reported.

pub(crate) mod checkpoint;
mod clipping;
mod fit;
mod monitor;
mod optimizer;
mod progress;
mod resume;
mod trainer;

pub use clipping::clip_gradients;
pub use fit::{Outcome, fit};
pub use optimizer::{Optimizer, optimizer};
pub use progress::{EpochSummary, Progress, Silent};
