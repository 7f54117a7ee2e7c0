//! Curves, bands and named points on two axes.

use plotters::{
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

use super::{
    axis::Axis,
    labels,
    legend::{CHARACTERS, LEFT, Legend},
    markers::{color, marker},
    svg::{Drawing, STYLE, escape, shortened},
};
use crate::{
    error::Error,
    format::{decimals, significant_decimals},
};

/// A plot.
#[derive(Clone, Debug)]
pub struct Plot {
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis.
    pub y: Axis,
    /// The curves, in the legend's order.
    pub curves: Vec<Curve>,
    /// Named points, drawn over the curves.
    pub points: Vec<Point>,
    /// The points' entry in the legend.
    pub points_label: String,
    /// The dashed lines' entry in the legend.
    pub dashed_label: String,
}

/// A curve.
#[derive(Clone, Debug, Default)]
pub struct Curve {
    /// Its name in the legend.
    pub label: String,
    /// A thin line through these points.
    pub thin: Vec<(f64, f64)>,
    /// A thick line through these points.
    pub thick: Vec<(f64, f64)>,
    /// Markers on these points.
    pub marked: Vec<(f64, f64)>,
    /// Rings around these points.
    pub ringed: Vec<(f64, f64)>,
    /// A shaded band through each (x, lower, upper).
    pub band: Vec<(f64, f64, f64)>,
    /// A dashed line through these points.
    pub dashed: Vec<(f64, f64)>,
    /// Whether it is only the background of the others: gray, without markers, and in the legend
    /// only if it has a label.
    pub is_faint: bool,
}

/// A named point.
#[derive(Clone, Debug)]
pub struct Point {
    /// Its name; empty for a point that is drawn without one.
    pub label: String,
    /// Its coordinates.
    pub at: (f64, f64),
}

const GRID: RGBColor = RGBColor(128, 128, 128);
/// Width of the picture, on narrow screens too, and its height below the legend.
const WIDTH: u32 = 900;
const NARROW: u32 = 400;
/// The most ticks of the horizontal axis for which a narrow plot has room.
const MAX_TICKS: usize = 6;
const BODY: u32 = 436;
/// More named points than these have numbers in the plot, and their names above it: names with lines to
/// points that are near each other cannot be told apart.
const MAX_NAMED: usize = 8;
/// Curves of more points show none of their values under a pointer.
const MAX_VALUES: usize = 300;
/// Height of the horizontal axis with its texts.
const BOTTOM: i32 = 60;

impl Plot {
    /// Draws the plot without the points that an axis cannot show, such as zero on a logarithmic
    /// one.
    ///
    /// # Errors
    /// [`Error::Plot`].
    pub fn draw(&self) -> Result<Drawing, Error> {
        Ok(self.draw_wide(WIDTH)?.with_narrow(self.draw_wide(NARROW)?))
    }

    fn draw_wide(&self, width: u32) -> Result<Drawing, Error> {
        let mut svg = String::new();
        let values = self
            .plot(&mut svg, width)
            .map_err(|error| Error::Plot(error.to_string()))?;
        let (width, height) = self.size(width);
        let head = svg.find('>').map_or(0, |end| end + 1);
        svg.insert_str(head, STYLE);
        svg.truncate(svg.rfind("</svg>").unwrap_or(svg.len()));
        svg += &values;
        svg += "</svg>\n";
        Ok(Drawing {
            has_values: true,
            ..Drawing::new(svg, width, height)
        })
    }

    /// Draws into `svg`; gives what a pointer shows: an invisible circle with a title at each value.
    fn plot(&self, svg: &mut String, width: u32) -> Result<String, Box<dyn std::error::Error>> {
        let legend_area = self.legend(width);
        let area = SVGBackend::with_string(svg, self.size(width)).into_drawing_area();
        area.fill(&WHITE)?;
        let all = self.all_points();
        let mut x_scale = self.x.scale(all.iter().map(|point| point.0));
        if width < WIDTH {
            x_scale = x_scale.thinned(MAX_TICKS);
        }
        let y_scale = self.y.scale(all.iter().map(|point| point.1));

        // The legend is above the curves, where it can hide none of them.
        let key = self.key();
        let key_area = Legend::key(&key, width as i32, legend_area.height);
        let head_height = legend_area.height + key_area.height;
        let (head, body) = area.split_vertically(head_height);
        let mut chart = ChartBuilder::on(&body)
            .margin_left(16)
            .margin_right(24)
            .margin_bottom(8)
            .x_label_area_size(BOTTOM - 8)
            .y_label_area_size(LEFT - 16)
            .build_cartesian_2d(x_scale, y_scale)?;
        chart
            .configure_mesh()
            .disable_x_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(GRID.mix(0.3))
            .axis_style(GRID)
            .x_desc(&self.x.label)
            .y_desc(&self.y.label)
            .label_style(("sans-serif", 20))
            .axis_desc_style(("sans-serif", 21))
            .draw()?;

        let entries = legend_area.entries;
        let legend = ("sans-serif", legend_area.font_size)
            .into_text_style(&head)
            .pos(Pos::new(HPos::Left, VPos::Center));
        let mut entries = entries.into_iter().peekable();
        let faint = GRID.mix(0.35).stroke_width(1);
        for curve in self.curves.iter().filter(|curve| curve.is_faint) {
            chart.draw_series(LineSeries::new(self.positions(&curve.thick), faint))?;
            // A line needs two points.
            if let [point] = self.positions(&curve.thick)[..] {
                chart.draw_series([Circle::new(point, 3, faint)])?;
            }
        }
        let clear = self.curves.iter().filter(|curve| !curve.is_faint);
        for (index, curve) in clear.enumerate() {
            let color = color(index);
            let thick = color.stroke_width(2);
            if !curve.band.is_empty() {
                let outline = self.outline(&curve.band);
                chart.draw_series([Polygon::new(outline, color.mix(0.2))])?;
            }
            let thin = color.mix(0.6).stroke_width(1);
            chart.draw_series(LineSeries::new(self.positions(&curve.thin), thin))?;
            chart.draw_series(LineSeries::new(self.positions(&curve.thick), thick))?;
            let dashed = self.positions(&curve.dashed).into_iter();
            chart.draw_series(DashedLineSeries::new(dashed, 8, 5, thick))?;
            let marked = self.positions(&curve.marked).into_iter();
            chart
                .draw_series(marked.map(|point| EmptyElement::at(point) + marker(index, (0, 0))))?;
            let ringed = self.positions(&curve.ringed).into_iter();
            chart.draw_series(ringed.map(|point| Circle::new(point, 6, thick)))?;
            if let Some(entry) = entries.next() {
                let label = shortened(&curve.label, CHARACTERS);
                head.draw(
                    &(EmptyElement::at(entry)
                        + PathElement::new(vec![(0, 0), (30, 0)], thick)
                        + marker(index, (15, 0))
                        + Text::new(label, (40, 0), legend.clone())),
                )?;
            }
        }
        for (label, entry) in self.faint_labels().zip(&mut entries) {
            head.draw(
                &(EmptyElement::at(entry)
                    + PathElement::new(vec![(0, 0), (30, 0)], GRID.stroke_width(1))
                    + Text::new(shortened(label, CHARACTERS), (40, 0), legend.clone())),
            )?;
        }
        if let Some(entry) = entries.next_if(|_| self.has_dashes()) {
            let dash =
                |from| PathElement::new(vec![(from, 0), (from + 8, 0)], BLACK.stroke_width(2));
            head.draw(
                &(EmptyElement::at(entry)
                    + dash(0)
                    + dash(13)
                    + dash(26)
                    + Text::new(self.dashed_label.clone(), (40, 0), legend.clone())),
            )?;
        }
        let mut explain = |label: &str, style: ShapeStyle| {
            let Some(entry) = entries.next() else {
                return Ok(());
            };
            let text = Text::new(label.to_owned(), (25, 0), legend.clone());
            let symbol = Circle::new((10, 0), 6, style);
            head.draw(&(EmptyElement::at(entry) + symbol + text))
        };
        if self.has_rings() {
            explain("notebook", BLACK.stroke_width(2))?;
        }
        if !self.points.is_empty() {
            explain(&self.points_label, color(1).filled())?;
        }
        let small = ("sans-serif", key_area.font_size)
            .into_text_style(&head)
            .pos(Pos::new(HPos::Left, VPos::Center));
        for (name, entry) in key.iter().zip(key_area.entries) {
            head.draw(&Text::new(name.clone(), entry, small.clone()))?;
        }

        let pixel = |point| Some(chart.backend_coord(&self.position(point)?));
        let numbered = self.numbered();
        let number = |point: &Point| {
            numbered
                .iter()
                .position(|other| std::ptr::eq(*other, point))
        };
        let name = |point: &Point| match number(point) {
            Some(index) => (index + 1).to_string(),
            None => shortened(&point.label, CHARACTERS),
        };
        let points = self
            .points
            .iter()
            .filter_map(|point| Some((name(point), pixel(point.at)?)))
            .collect::<Vec<_>>();
        let (points, unnamed): (Vec<_>, Vec<_>) =
            points.into_iter().partition(|(label, _)| !label.is_empty());
        for (_, point) in &unnamed {
            area.draw(&Circle::new(*point, 4, color(1).mix(0.6).filled()))?;
        }
        let lines = self
            .curves
            .iter()
            .flat_map(|curve| &curve.thick)
            .filter_map(|&point| pixel(point))
            .chain(unnamed.into_iter().map(|(_, point)| point));
        let (width, height) = self.size(width);
        let (right, bottom) = (width as i32, height as i32 - BOTTOM);
        let bounds = (LEFT, head_height, right, bottom);
        for label in labels::place(points, lines, bounds) {
            area.draw(&Circle::new(label.point, 5, color(1).filled()))?;
            if label.text.is_empty() {
                continue;
            }
            let side = if label.is_right {
                HPos::Left
            } else {
                HPos::Right
            };
            let style = ("sans-serif", labels::FONT_SIZE)
                .into_text_style(&area)
                .pos(Pos::new(side, VPos::Center));
            area.draw(&PathElement::new(vec![label.point, label.end], GRID))?;
            area.draw(&Text::new(label.text, label.end, style))?;
        }
        area.present()?;
        let mut values = String::new();
        let mut add = |name: &str, point: (f64, f64)| {
            if let Some((x, y)) = pixel(point) {
                values += &format!(
                    "<circle cx=\"{x}\" cy=\"{y}\" r=\"9\" fill=\"transparent\"><title>{}</title></circle>\n",
                    escape(&self.value_text(name, point))
                );
            }
        };
        for curve in &self.curves {
            for &point in curve
                .thick
                .iter()
                .filter(|_| curve.thick.len() <= MAX_VALUES)
            {
                add(&curve.label, point);
            }
            for &point in &curve.ringed {
                add(&format!("{}, notebook", curve.label), point);
            }
        }
        for point in &self.points {
            add(&point.label, point.at);
        }
        Ok(values)
    }

    /// "NAME: X-LABEL 3, Y-LABEL 0.0123".
    fn value_text(&self, name: &str, (x, y): (f64, f64)) -> String {
        let number = |value: f64| {
            if value.fract() == 0.0 {
                value.to_string()
            } else {
                decimals(value, significant_decimals(value))
            }
        };
        let label = |axis: &Axis| axis.label.replace(" (log scale)", "");
        let (x, y) = (
            format!("{} {}", label(&self.x), number(x)),
            format!("{} {}", label(&self.y), number(y)),
        );
        if name.is_empty() {
            format!("{x}, {y}")
        } else {
            format!("{name}: {x}, {y}")
        }
    }

    /// Width and height in pixels: the legend takes as many lines as it needs.
    fn size(&self, width: u32) -> (u32, u32) {
        let body = if width < WIDTH { BODY - 150 } else { BODY };
        let legend = self.legend(width).height;
        let key = Legend::key(&self.key(), width as i32, legend).height;
        (width, body + (legend + key) as u32)
    }

    /// The named points from left to right if they are too many for names beside them.
    fn numbered(&self) -> Vec<&Point> {
        let is_shown =
            |point: &&Point| !point.label.is_empty() && self.position(point.at).is_some();
        let mut named: Vec<&Point> = self.points.iter().filter(is_shown).collect();
        if named.len() <= MAX_NAMED {
            return Vec::new();
        }
        named.sort_by(|a, b| a.at.0.total_cmp(&b.at.0).then(b.at.1.total_cmp(&a.at.1)));
        named
    }

    /// Numbers and names of the points that have a number in the plot.
    fn key(&self) -> Vec<String> {
        let numbered = (1..).zip(self.numbered());
        numbered
            .map(|(number, point)| format!("{number} {}", shortened(&point.label, CHARACTERS)))
            .collect()
    }

    /// The curves, the faint ones, the dashes, the notebook's rings, the points.
    fn legend(&self, width: u32) -> Legend {
        let clear = self.curves.iter().filter(|curve| !curve.is_faint);
        let clear = clear.map(|curve| curve.label.as_str());
        let dashes = self.has_dashes().then_some(self.dashed_label.as_str());
        let rings = self.has_rings().then_some("notebook");
        let points = (!self.points.is_empty()).then_some(self.points_label.as_str());
        let lines = clear.chain(self.faint_labels()).chain(dashes);
        Legend::of(lines.chain(rings).chain(points), width as i32)
    }

    fn has_dashes(&self) -> bool {
        let mut curves = self.curves.iter();
        !self.dashed_label.is_empty() && curves.any(|curve| !curve.dashed.is_empty())
    }

    fn has_rings(&self) -> bool {
        self.curves.iter().any(|curve| !curve.ringed.is_empty())
    }

    fn faint_labels(&self) -> impl Iterator<Item = &str> {
        let faint = self.curves.iter().filter(|curve| curve.is_faint);
        faint
            .map(|curve| curve.label.as_str())
            .filter(|label| !label.is_empty())
    }

    /// Every point that the axes can show.
    fn all_points(&self) -> Vec<(f64, f64)> {
        let mut all: Vec<(f64, f64)> = self.points.iter().map(|point| point.at).collect();
        for curve in &self.curves {
            all.extend(curve.thin.iter().chain(&curve.thick).chain(&curve.dashed));
            all.extend(curve.marked.iter().chain(&curve.ringed));
            for &(x, lower, upper) in &curve.band {
                all.extend([(x, lower), (x, upper)]);
            }
        }
        all.retain(|&point| self.position(point).is_some());
        all
    }

    /// The position of a point on the axes; `None` if one of them cannot show it.
    fn position(&self, (x, y): (f64, f64)) -> Option<(f64, f64)> {
        Some((self.x.position(x)?, self.y.position(y)?))
    }

    fn positions(&self, points: &[(f64, f64)]) -> Vec<(f64, f64)> {
        let positions = points.iter().map(|&point| self.position(point));
        positions.flatten().collect()
    }

    /// Along the lower side of a band, then back along the upper one.
    fn outline(&self, band: &[(f64, f64, f64)]) -> Vec<(f64, f64)> {
        let lower = band.iter().map(|&(x, lower, _)| (x, lower));
        let upper = band.iter().rev().map(|&(x, _, upper)| (x, upper));
        let outline: Vec<(f64, f64)> = lower.chain(upper).collect();
        self.positions(&outline)
    }
}
