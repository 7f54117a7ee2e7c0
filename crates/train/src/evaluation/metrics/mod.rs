//! Metrics.

pub(crate) mod nearest_neighbor;
pub(crate) mod weights;
