//! A color and a marker for each curve of a plot.

use plotters::prelude::*;

/// The number of curves that have a color of their own.
pub const COLOR_COUNT: usize = 8;

/// Okabe and Ito's colors, which color-blind readers can distinguish, without black and yellow, and
/// two more.
const COLORS: [RGBColor; COLOR_COUNT] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
    RGBColor(140, 86, 75),
    RGBColor(110, 80, 200),
];

/// The color of curve `index`, counted from 0.
pub fn color(index: usize) -> RGBColor {
    COLORS[index % COLORS.len()]
}

/// A filled shape around a point, in pixels from it, in the color of curve `index`. Shapes repeat
/// after four curves.
pub fn marker(index: usize, center: (i32, i32)) -> Polygon<(i32, i32)> {
    const SQUARE: [(i32, i32); 4] = [(-5, -5), (5, -5), (5, 5), (-5, 5)];
    const TRIANGLE: [(i32, i32); 3] = [(-7, 5), (7, 5), (0, -8)];
    const DIAMOND: [(i32, i32); 4] = [(-7, 0), (0, -7), (7, 0), (0, 7)];
    const TRIANGLE_DOWN: [(i32, i32); 3] = [(-7, -5), (7, -5), (0, 8)];
    let shape: &[(i32, i32)] = match index % 4 {
        0 => &SQUARE,
        1 => &TRIANGLE,
        2 => &DIAMOND,
        _ => &TRIANGLE_DOWN,
    };
    let corners = shape.iter().map(|(x, y)| (center.0 + x, center.1 + y));
    Polygon::new(corners.collect::<Vec<_>>(), color(index))
}
