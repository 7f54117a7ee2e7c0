//! Points in panels, colored by their class.

use std::fmt::Write;

use super::{
    palette::class_color,
    svg::{Canvas, Drawing, shortened, text_width},
};

/// Panels of points with one legend.
#[derive(Clone, Debug)]
pub struct Scatter {
    /// The names of the classes, in the legend's order; empty for points without a class.
    pub classes: Vec<String>,
    /// Row by row.
    pub panels: Vec<Panel>,
}

/// A panel, drawn over the range of its own points.
#[derive(Clone, Debug)]
pub struct Panel {
    /// The text above it.
    pub title: String,
    /// The text below it.
    pub caption: String,
    /// Coordinates and the index of the class, 0 without classes.
    pub points: Vec<((f64, f64), usize)>,
}

const MARGIN: u32 = 8;
/// Side of a panel.
const SIDE: u32 = 264;
const GAP: u32 = 16;
const LINE: u32 = 20;
const FONT_SIZE: u32 = 14;
/// Panels side by side.
const ACROSS: usize = 3;
/// Characters of a text that fit above or below a panel.
const CHARACTERS: usize = 36;

impl Scatter {
    /// Draws the panels, each over the range of its points; on narrow screens below each other.
    pub fn draw(&self) -> Drawing {
        let across = self.panels.len().clamp(1, ACROSS);
        let wide = self.draw_across(across);
        if across == 1 {
            return wide;
        }
        wide.with_narrow(self.draw_across(1))
    }

    fn draw_across(&self, across: usize) -> Drawing {
        let width = MARGIN * 2 + across as u32 * (SIDE + GAP) - GAP;
        let legend = self.legend(width);
        let legend_lines = legend.last().map_or(0, |(_, line, _)| line + 1);
        let top = MARGIN + legend_lines * LINE + if legend_lines > 0 { GAP / 2 } else { 0 };
        let row_height = SIDE + 2 * LINE + GAP;
        let rows = self.panels.len().div_ceil(across) as u32;
        let height = top + rows * row_height - GAP + MARGIN;
        let mut canvas = Canvas::new(width, height, FONT_SIZE);
        for (x, line, class) in legend {
            let y = MARGIN + line * LINE + LINE / 2;
            canvas.element(format_args!(
                "<circle cx=\"{}\" cy=\"{y}\" r=\"5\" fill=\"{}\"/>",
                x + 6,
                self.color(class)
            ));
            canvas.text(x + 16, y + 5, "", &self.classes[class]);
        }
        for (index, panel) in self.panels.iter().enumerate() {
            let x = MARGIN + (index % across) as u32 * (SIDE + GAP);
            let y = top + (index / across) as u32 * row_height;
            canvas.text(x, y + LINE - 6, "", &shortened(&panel.title, CHARACTERS));
            canvas.element(format_args!(
                "<rect x=\"{x}\" y=\"{}\" width=\"{SIDE}\" height=\"{SIDE}\" fill=\"none\" \
                 stroke=\"#808080\" stroke-opacity=\"0.5\"/>\n",
                y + LINE
            ));
            self.draw_points(&mut canvas, panel, (x, y + LINE));
            canvas.text(
                x,
                y + LINE + SIDE + 15,
                "",
                &shortened(&panel.caption, CHARACTERS + 6),
            );
        }
        canvas.finish()
    }

    /// Left end, line and index of each class in the legend.
    fn legend(&self, width: u32) -> Vec<(u32, u32, usize)> {
        let (mut x, mut line) = (MARGIN, 0);
        let mut entries = Vec::new();
        for (class, name) in self.classes.iter().enumerate() {
            let entry = 16 + text_width([name].into_iter(), FONT_SIZE) + 14;
            if x > MARGIN && x + entry > width {
                (x, line) = (MARGIN, line + 1);
            }
            entries.push((x, line, class));
            x += entry;
        }
        entries
    }

    fn color(&self, class: usize) -> String {
        class_color(class, self.classes.len())
    }

    /// A path for each class, of lines without a length, which round caps make points.
    fn draw_points(&self, canvas: &mut Canvas, panel: &Panel, (left, top): (u32, u32)) {
        let horizontal = scale(panel.points.iter().map(|((x, _), _)| *x));
        let vertical = scale(panel.points.iter().map(|((_, y), _)| *y));
        for class in 0..self.classes.len().max(1) {
            let mut path = String::new();
            let points = panel.points.iter().filter(|(_, of)| *of == class);
            for ((x, y), _) in points {
                if x.is_finite() && y.is_finite() {
                    let (x, y) = (left + horizontal(*x), top + SIDE - vertical(*y));
                    write!(path, "M{x} {y}h0").expect("a string takes any text");
                }
            }
            if !path.is_empty() {
                canvas.element(format_args!(
                    "<path d=\"{path}\" stroke=\"{}\" stroke-width=\"4\" stroke-linecap=\"round\" \
                     stroke-opacity=\"0.7\"/>\n",
                    self.color(class)
                ));
            }
        }
    }
}

/// From a value to its distance from the left or lower edge, in pixels.
fn scale(values: impl Iterator<Item = f64>) -> impl Fn(f64) -> u32 {
    const INSET: f64 = 6.0;
    let (low, high) = values
        .filter(|value| value.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (value.min(low), value.max(high))
        });
    move |value| {
        let share = if high > low {
            (value - low) / (high - low)
        } else {
            0.5
        };
        (INSET + share.clamp(0.0, 1.0) * (f64::from(SIDE) - 2.0 * INSET)).round() as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_class_has_a_path_of_its_color_and_a_place_in_the_legend() {
        let point = |value: f64, class| ((value, -value), class);
        let scatter = Scatter {
            classes: vec!["<cat>".into(), "dog".into()],
            panels: vec![Panel {
                title: "model".into(),
                caption: String::new(),
                points: vec![point(0.0, 0), point(1.0, 1), point(f64::NAN, 1)],
            }],
        };
        let svg = scatter.draw().svg;
        assert!(svg.contains("&lt;cat&gt;") && svg.contains(">dog<"));
        assert_eq!(svg.matches("<path").count(), 2);
        assert_eq!(svg.matches("h0").count(), 2);
    }

    #[test]
    fn points_of_one_place_are_in_the_middle() {
        assert_eq!(scale([3.0, 3.0].into_iter())(3.0), SIDE / 2);
        assert_eq!(scale([].into_iter())(1.0), SIDE / 2);
        let all = scale([0.0, 1.0, 2.0, 100.0].into_iter());
        assert_eq!([all(0.0), all(50.0), all(100.0)], [6, SIDE / 2, SIDE - 6]);
    }
}
