//! Checks the data files and downloads what is missing or damaged: the program behind `cargo xtask
//! fetch-data`. It is a separate package, so that no other command waits for the compilation of an
//! HTTPS client.
//!
//! Layers: fetch -> {download, emnist} -> sets
#![deny(missing_docs)]

mod download;
pub mod emnist;
mod fetch;
pub mod sets;

pub use download::{RetryPolicy, download};
pub use fetch::Fetcher;
