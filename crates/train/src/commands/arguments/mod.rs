//! The arguments that several commands have.

mod data;
mod device;
mod experiments;
mod sweep;
mod threads;

pub use data::{DataArgument, FETCH_DATA};
pub use device::DeviceArgument;
pub use experiments::ExperimentArguments;
pub use sweep::SweepArgument;
pub use threads::ThreadArguments;
