//! Trains and evaluates experiments into a run folder.
//!
//! Letters in shapes: N = images of a batch or a set, P = 784 pixels, U = units of the code.

#![deny(missing_docs)]

pub mod data;
mod error;
pub mod evaluation;
pub mod random;
pub mod run;
pub mod training;

#[path = "commands/terminal.rs"]
mod progress;

pub use error::Error;
pub use evaluation::{pca::TruncatedPca, protocols::evaluate, reconstruct::Reconstruct};
pub use progress::{Progress, ProgressLine, tell};
pub use run::job::Job;
pub use training::{
    fit::{Outcome, fit},
    optimizer::Adam,
};
