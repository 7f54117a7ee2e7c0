//! Files that survive crashes and full disks, and reading of untrusted ones.
//!
//! - [`write_atomically`]: a file appears whole or not at all.
//! - [`checksums`]: `SHA256SUMS`, the list of a folder's files with their digests.
//! - [`open`], [`read_at_most`]: regular files only, up to a limit.
//! - [`try_lock`], [`lock`]: one process at a time.
//! - [`quote_untrusted`]: untrusted text, made safe to print.
//!
//! Every [`Error`] names the file, what was expected and what was found.
//!
//! Layers: checksums -> {atomic_write, read} -> {digest, lock, untrusted} -> error
//!
//! ```
//! let folder = tempfile::tempdir()?;
//! let path = folder.path().join("run.json");
//! durable_fs::write_atomically(&path, b"{}")?;
//! durable_fs::checksums::write(folder.path(), &["run.json".into()])?;
//! assert_eq!(durable_fs::read_at_most(&path, 1024)?, b"{}");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![deny(missing_docs)]

#[cfg(not(unix))]
compile_error!("the workbench needs Linux or macOS; on Windows, run it in WSL 2");

mod atomic_write;
pub mod checksums;
mod digest;
mod error;
mod lock;
mod read;
mod untrusted;

pub use atomic_write::{remove_unfinished, write_atomically, write_atomically_with};
pub use digest::{Sha256Reader, hexadecimal};
pub use error::{Error, Problem};
pub use lock::{Lock, ReadLock, lock, try_lock, try_lock_to_read};
pub use read::{open, optional, read_at_most};
pub use untrusted::quote_untrusted;
