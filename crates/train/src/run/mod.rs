//! Several experiments side by side, into one run folder.

pub mod catch_panic;
pub mod conditions;
mod continuation;
pub mod device;
mod held_out;
mod job;
mod memory;
pub mod queue;
mod reporter;

pub use job::Job;
pub use reporter::Reporter;
