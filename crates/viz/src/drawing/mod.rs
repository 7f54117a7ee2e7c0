//! Figures as SVG: curves, grids of images, heat maps.

pub mod axis;
pub mod grid;
pub mod heat_map;
pub mod image;
mod labels;
mod markers;
pub mod plot;
pub mod svg;
