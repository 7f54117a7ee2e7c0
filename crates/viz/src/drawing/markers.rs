//! What tells the curves of a plot apart: a colour and a marker for each.

use plotters::prelude::*;

/// Four of Okabe and Ito's colours, which colour-blind readers can tell apart.
const COLOURS: [RGBColor; 4] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
];

/// The colour of the curve `index`, counted from 0.
pub fn colour(index: usize) -> RGBColor {
    COLOURS[index % COLOURS.len()]
}

/// A filled shape around a point, in pixels from it, in the colour of the curve `index`. The shapes repeat after four curves, as the
/// colours do.
pub fn marker(index: usize, centre: (i32, i32)) -> Polygon<(i32, i32)> {
    const SQUARE: [(i32, i32); 4] = [(-5, -5), (5, -5), (5, 5), (-5, 5)];
    const TRIANGLE: [(i32, i32); 3] = [(-7, 5), (7, 5), (0, -8)];
    const DIAMOND: [(i32, i32); 4] = [(-7, 0), (0, -7), (7, 0), (0, 7)];
    const TRIANGLE_DOWN: [(i32, i32); 3] = [(-7, -5), (7, -5), (0, 8)];
    let shape: &[(i32, i32)] = match index % COLOURS.len() {
        0 => &SQUARE,
        1 => &TRIANGLE,
        2 => &DIAMOND,
        _ => &TRIANGLE_DOWN,
    };
    let corners = shape.iter().map(|(x, y)| (centre.0 + x, centre.1 + y));
    Polygon::new(corners.collect::<Vec<_>>(), colour(index))
}
