//! Trains and evaluates experiments into a run folder.
//!
//! Letters in shapes: N = images of a batch or a set, P = 784 pixels, U = units of the code.
//!
//! From the inside out: [`random`] draws, [`batches`] cuts the training images into steps,
//! [`Adam`] moves the weights, [`fit`] is the training loop, [`evaluate()`] measures a trained
//! model, [`schedule`] runs several experiments side by side.

#![deny(missing_docs)]

mod adam;
pub mod batches;
mod checkpoint;
mod code_noise;
pub mod device;
mod error;
mod evaluate;
mod fit;
mod health;
pub mod inputs;
mod job;
mod measures;
mod memory;
mod nearest;
mod normal;
mod pair;
mod probe;
mod progress;
pub mod random;
mod reconstruct;
mod resume;
pub mod run_record;
pub mod schedule;
pub mod survive;
mod test_set;
mod truncated_pca;
mod weights;

pub use adam::Adam;
pub use error::Error;
pub use evaluate::evaluate;
pub use fit::{Outcome, fit};
pub use job::Job;
pub use progress::{Progress, ProgressLine, tell};
pub use reconstruct::Reconstruct;
pub use truncated_pca::TruncatedPca;
