//! The commands of `train`.

pub mod data_argument;
pub mod list;
pub mod measure;
pub mod run;
pub mod self_check;
pub mod signals;
pub mod verify;
