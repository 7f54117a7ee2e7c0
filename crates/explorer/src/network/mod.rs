//! A model's layers as the page computes them, with their weights.

mod dead_units;
mod layer;
mod read;

pub use dead_units::can_drop_units;
pub use layer::{Matrix, Network};
pub use read::read;
