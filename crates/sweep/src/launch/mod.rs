//! What starts the workers of a sweep: scripts and manifests for engines that exist, as text that a
//! user can read and change. Nothing here starts anything.

mod duration;
pub mod kubernetes;
pub mod slurm;
mod tasks;

pub use duration::seconds;
pub use tasks::{Tasks, TooManyTasks};
