//! The commands of `train`, a file each, and what they share: arguments, output, signals and the
//! remedies for errors.

mod data_argument;
mod device_argument;
pub mod list;
pub mod measure;
pub mod remedy;
pub mod run;
pub mod self_check;
pub mod signals;
pub mod terminal;
pub mod verify;
