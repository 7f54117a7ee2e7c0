//! Figures as SVG documents of one look: plots of curves and points, grids of images, heat maps.

mod axis;
mod gray;
mod grid;
mod heat_map;
mod labels;
mod markers;
mod plot;
mod svg;

pub use axis::Axis;
pub use gray::Gray;
pub use grid::{Grid, Row, Tile};
pub use heat_map::HeatMap;
pub use plot::{Curve, Plot, Point};
pub use svg::{Drawing, data_uri};
