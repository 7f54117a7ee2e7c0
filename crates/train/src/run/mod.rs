//! Several experiments side by side, into one run folder.

pub mod catch_panic;
pub mod conditions;
pub mod device;
mod job;
mod memory;
pub mod queue;
mod reporter;

pub use job::Job;
pub use reporter::Reporter;
