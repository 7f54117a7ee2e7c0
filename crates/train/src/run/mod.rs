//! Several experiments side by side, into one run folder.

pub mod catch_panic;
pub mod conditions;
mod continuation;
pub mod device;
mod held_out;
mod job;
mod memory;
mod picture;
pub mod queue;
mod reporter;
mod tensorboard;

pub use job::Job;
pub use reporter::Reporter;
