//! The commands of `cargo xtask`, a file each.

pub mod all;
pub mod bench;
pub mod doctor;
pub mod fetch_data;
pub mod setup;
pub mod test;
