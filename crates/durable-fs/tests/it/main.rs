//! Files on a real file system.

mod atomic_write;
mod checksums;
mod lock;
mod read;
mod untrusted;
