//! libtorch: which build a machine needs, how it is installed, and whether its files are whole.
//!
//! Two kinds of libtorch are trusted: one whose wheels have the digests in `xtask/wheels/`, which pip
//! is told to require, whichever index or mirror serves them; and a `LIBTORCH` that the user set,
//! of which set-up checks the version and that its main files exist. An installation records the
//! digests of its files. They are compared before a clone is linked to it, when a damaged one is
//! installed again, and by `cargo xtask doctor`; a set-up that finds the link there reads nothing
//! large.
//!
//! Data are trusted by the digests in [`mnist_io::catalog`], crates by `Cargo.lock`; `deny.toml` says
//! which licenses and sources crates may have.

pub mod build;
pub mod install;
pub mod libtorch;
mod wheels;
