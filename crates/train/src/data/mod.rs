//! The data sets.

pub mod batches;
pub mod evaluation_images;
