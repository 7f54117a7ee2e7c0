//! Figures as SVG documents of one look: plots of curves and points, grids of images, heat maps.

mod axis;
mod grid;
mod heat_map;
mod labels;
mod layers;
mod legend;
mod markers;
mod palette;
mod picture;
mod plot;
mod quantiles;
mod scatter;
mod small_multiples;
mod svg;

pub use axis::Axis;
pub use grid::{Grid, Row, Tile};
pub use heat_map::HeatMap;
pub use layers::{Layers, Model, Stage};
pub use markers::COLOR_COUNT;
pub use picture::Picture;
pub use plot::{Curve, Plot, Point};
pub use quantiles::Quantiles;
pub use scatter::{Panel, Scatter};
pub use small_multiples::SmallMultiples;
pub use svg::Drawing;
