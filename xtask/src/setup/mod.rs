//! libtorch: which build a machine needs, how it is installed, and whether its files are whole.

pub mod build;
pub mod install;
pub mod libtorch;
mod wheels;
