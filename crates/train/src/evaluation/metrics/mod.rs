//! Metrics that depend on nothing but their arguments.

mod deviation;
mod nearest_neighbor;
mod weights;

pub(crate) use deviation::squares_about_mean;
pub(crate) use nearest_neighbor::NearestNeighbor;
pub(crate) use weights::{neighbor_correlation, root_mean_square};
