//! Several experiments side by side, into one run folder, or of a sweep that several processes work on.

pub mod catch_panic;
pub mod conditions;
mod continuation;
pub mod device;
mod held_out;
mod job;
pub mod libtorch;
pub mod machine;
mod memory;
mod picture;
pub mod queue;
mod reporter;
mod tensorboard;
pub mod work;

pub use job::Job;
pub use reporter::Reporter;
