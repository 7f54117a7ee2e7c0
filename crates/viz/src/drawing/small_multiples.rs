//! Many curves: a small panel for each, before all the others in gray.

use std::fmt::Write;

use plotters::coord::ranged1d::Ranged;

use super::{
    axis::{Axis, Scale},
    plot::Curve,
    svg::{Canvas, Drawing, shortened},
};

/// Panels with the same axes.
#[derive(Clone, Debug)]
pub struct SmallMultiples {
    /// The horizontal axis, from 0.
    pub x: Axis,
    /// The vertical axis.
    pub y: Axis,
    /// A panel each, row by row; of each curve, its name, the thick line and the dashed one.
    pub curves: Vec<Curve>,
}

/// Panels side by side.
const ACROSS: usize = 4;
/// Width and height of a panel.
const WIDTH: u32 = 204;
const HEIGHT: u32 = 96;
const GAP: u32 = 12;
const MARGIN: u32 = 8;
/// Room for the numbers to the left of the panels.
const LEFT: u32 = 56;
const LINE: u32 = 18;
const FONT_SIZE: u32 = 12;
/// Characters of a name that fit above a panel.
const CHARACTERS: usize = 34;
/// The maximum number of points of a line: one for each pixel is more than enough.
const MAX_POINTS: usize = 100;
/// The maximum number of ticks of the vertical axis.
const MAX_TICKS: usize = 4;

impl SmallMultiples {
    /// Draws the panels, without points that an axis cannot show.
    pub fn draw(&self) -> Drawing {
        let points =
            || (self.curves.iter()).flat_map(|curve| curve.thick.iter().chain(&curve.dashed));
        let shown =
            || points().filter(|(x, y)| self.x.position(*x).and(self.y.position(*y)).is_some());
        let x = self.x.scale(shown().map(|point| point.0));
        let y = self.y.scale(shown().map(|point| point.1));

        let rows = self.curves.len().div_ceil(ACROSS) as u32;
        let row_height = LINE + HEIGHT + GAP;
        let width = LEFT + ACROSS as u32 * (WIDTH + GAP) - GAP + MARGIN;
        let top = MARGIN + LINE;
        let height = top + rows * row_height + 2 * LINE;
        let mut canvas = Canvas::new(width, height, FONT_SIZE);
        canvas.text(MARGIN, MARGIN + 12, "", &self.y.label);
        // The curves of all are drawn once, and shown behind each.
        let all: String = (self.curves.iter())
            .map(|curve| self.line(&curve.thick, &x, &y))
            .collect();
        canvas.element(format_args!(
            "<defs><path id=\"all\" d=\"{all}\" fill=\"none\" stroke=\"#808080\" \
             stroke-opacity=\"0.25\"/></defs>\n"
        ));
        for (index, curve) in self.curves.iter().enumerate() {
            let left = LEFT + (index % ACROSS) as u32 * (WIDTH + GAP);
            let upper = top + (index / ACROSS) as u32 * row_height;
            canvas.text(
                left,
                upper + LINE - 5,
                "",
                &shortened(&curve.label, CHARACTERS),
            );
            if index % ACROSS == 0 {
                vertical_ticks(&mut canvas, &y, upper + LINE);
            }
            let is_lowest = index + ACROSS >= self.curves.len();
            if is_lowest {
                horizontal_ticks(&mut canvas, &x, (left, upper + LINE + HEIGHT));
            }
            let (thick, dashed) = (
                self.line(&curve.thick, &x, &y),
                self.line(&curve.dashed, &x, &y),
            );
            canvas.element(format_args!(
                "<g transform=\"translate({left} {})\"><use href=\"#all\"/>\
                 <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"none\" stroke=\"#808080\" \
                 stroke-opacity=\"0.5\"/>\
                 <path d=\"{thick}\" fill=\"none\" stroke=\"#0072B2\" stroke-width=\"2\" \
                 stroke-linecap=\"round\"/>\
                 <path d=\"{dashed}\" fill=\"none\" stroke=\"#0072B2\" stroke-width=\"1.5\" \
                 stroke-dasharray=\"4 3\"/></g>\n",
                upper + LINE
            ));
        }
        let bottom = top + rows * row_height;
        canvas.text(LEFT, bottom + LINE + 8, "", &self.x.label);
        canvas.finish()
    }

    /// A line through the points, from the upper left corner of a panel; a single point is a dot.
    fn line(&self, points: &[(f64, f64)], x: &Scale, y: &Scale) -> String {
        let step = points.len().div_ceil(MAX_POINTS).max(1);
        let last = points.len().saturating_sub(1);
        let mut path = String::new();
        for (index, &point) in points.iter().enumerate() {
            // The last point, where a curve ends, always counts.
            if index % step > 0 && index < last {
                continue;
            }
            let (Some(at_x), Some(at_y)) = (self.x.position(point.0), self.y.position(point.1))
            else {
                continue;
            };
            let command = if path.is_empty() { 'M' } else { 'L' };
            let at_x = x.map(&at_x, (0, WIDTH as i32));
            let at_y = y.map(&at_y, (HEIGHT as i32, 0));
            write!(path, "{command}{at_x} {at_y}").expect("a string takes any text");
        }
        if points.len() == 1 && !path.is_empty() {
            path += "h0";
        }
        path
    }
}

/// The numbers to the left of a row of panels.
fn vertical_ticks(canvas: &mut Canvas, scale: &Scale, top: u32) {
    let ticks = scale.ticks();
    let every = ticks.len().div_ceil(MAX_TICKS).max(1);
    for (position, value) in ticks.iter().step_by(every) {
        let y = scale.map(position, ((top + HEIGHT) as i32, top as i32));
        let end = "text-anchor=\"end\"";
        canvas.text(LEFT - 6, y as u32 + 4, end, &value.to_string());
    }
}

/// The first number and the last below a panel.
fn horizontal_ticks(canvas: &mut Canvas, scale: &Scale, (left, bottom): (u32, u32)) {
    let (first, last) = (scale.ticks().first(), scale.ticks().last());
    // At the ends of the panel, they would run into those of the next one.
    for (tick, anchor) in [(first, "start"), (last, "end")] {
        let Some((position, value)) = tick else {
            continue;
        };
        let x = scale.map(position, (left as i32, (left + WIDTH) as i32));
        let anchor = format!("text-anchor=\"{anchor}\"");
        canvas.text(x as u32, bottom + 14, &anchor, &value.to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_curve_has_a_panel_before_the_curves_of_all() {
        let curve = |label: &str, thick: Vec<(f64, f64)>| Curve {
            label: label.into(),
            thick,
            ..Curve::default()
        };
        let long = (1..=1000).map(|x| (f64::from(x), 1.0)).collect();
        let multiples = SmallMultiples {
            x: Axis::counts("epoch"),
            y: Axis::logarithmic("loss"),
            curves: vec![
                curve("<a>", vec![(1.0, 0.5)]),
                curve("b", long),
                curve("c", vec![(1.0, f64::NAN), (2.0, 0.0)]),
            ],
        };
        let svg = multiples.draw().svg;
        assert_eq!(svg.matches("<use href=\"#all\"/>").count(), 3);
        assert!(svg.contains("&lt;a&gt;") && svg.contains(">b<") && svg.contains(">c<"));
        assert!(svg.contains("h0"), "a training of one epoch is a point");
        assert!(svg.matches('L').count() <= 2 * (MAX_POINTS + 1));
        assert!(!svg.contains("NaN"));
    }
}
