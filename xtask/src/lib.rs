//! The project's own commands, run as `cargo xtask COMMAND`. They start cargo and the binaries and
//! own nothing else; nothing here links libtorch, so they build before it is there.
//!
//! - [`setup`]: finds or installs libtorch ([`install`] from an [`archive`] or from [`wheels`]).
//! - [`fetch_data`]: checks the data files and downloads what is missing.
//! - [`doctor`]: is everything there that the job needs?
//! - [`all`]: the whole assignment, from set-up to report.
//! - [`mod@bench`]: how fast training is, beside PyTorch; [`interrupt`] ends it early.
//! - [`mod@test`]: every check of the project.

pub mod all;
pub mod archive;
pub mod bench;
pub mod children;
pub mod compiler;
pub mod context;
pub mod device;
pub mod digests;
pub mod doctor;
pub mod download;
pub mod fetch_data;
pub mod install;
pub mod interrupt;
pub mod libtorch;
pub mod lock;
pub mod output;
pub mod partial;
pub mod proxy;
pub mod request;
pub mod setup;
pub mod summary;
pub mod test;
pub mod transfer;
pub mod unzip;
pub mod wheels;
