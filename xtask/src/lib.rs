//! The project's own commands, run as `cargo xtask COMMAND`. They start cargo, pip and the binaries,
//! and do nothing else; nothing here links libtorch, so they build before it is there.
//!
//! Layers: commands -> checks -> setup -> cargo -> context -> {device, platform} -> {environment, output, process}
#![deny(missing_docs)]

pub mod cargo;
pub mod checks;
pub mod commands;
pub mod context;
pub mod device;
pub mod environment;
pub mod output;
pub mod platform;
pub mod process;
pub mod setup;
