//! Metrics that depend on nothing but their arguments.

mod nearest_neighbor;
mod weights;

pub(crate) use nearest_neighbor::NearestNeighbor;
pub(crate) use weights::{neighbor_correlation, root_mean_square};
