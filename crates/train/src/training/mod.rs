//! Training: the loop, the optimizers, checkpoints, measurements along the way, and the progress that
//! is reported.

pub(crate) mod checkpoint;
mod clipping;
mod fit;
mod losses;
mod monitor;
mod optimizer;
mod progress;
mod resume;
pub(crate) mod start;
mod trainer;
mod validation_losses;
mod warning;
mod weight_copies;

pub use clipping::clip_gradients;
pub use fit::{Outcome, fit};
pub use monitor::{Monitor, Unmonitored};
pub use optimizer::Optimizer;
pub use progress::{EpochSummary, Progress, Silent};
