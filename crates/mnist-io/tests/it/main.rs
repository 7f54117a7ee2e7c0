//! IDX files and data sets.

mod bad_files;
mod catalog;
mod dataset;
#[cfg(target_os = "linux")]
mod permissions;
mod round_trip;
mod write;
