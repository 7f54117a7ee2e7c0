//! Several experiments side by side.

pub mod catch_panic;
pub mod conditions;
pub mod device;
pub(crate) mod job;
pub(crate) mod memory;
pub mod queue;
