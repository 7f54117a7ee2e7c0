//! Curves, bands and named points on two axes.

use plotters::{
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

use super::{
    axis::Axis,
    labels,
    markers::{color, marker},
    svg::{Drawing, STYLE},
};
use crate::error::Error;

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
}

/// A named point.
#[derive(Clone, Debug)]
pub struct Point {
    /// Its name.
    pub label: String,
    /// Its coordinates.
    pub at: (f64, f64),
}

const GRID: RGBColor = RGBColor(128, 128, 128);
const SIZE: (u32, u32) = (900, 480);
/// Height of the legend in pixels.
const HEAD: i32 = 44;
/// Left end of the horizontal axis, in pixels.
const LEFT: i32 = 92;

impl Plot {
    /// Draws the plot without the points that an axis cannot show, such as zero on a logarithmic
    /// one.
    ///
    /// # Errors
    /// [`Error::Plot`].
    pub fn draw(&self) -> Result<Drawing, Error> {
        let mut svg = String::new();
        self.plot(&mut svg)
            .map_err(|error| Error::Plot(error.to_string()))?;
        let (width, height) = SIZE;
        let head = svg.find('>').map_or(0, |end| end + 1);
        svg.insert_str(head, STYLE);
        Ok(Drawing { svg, width, height })
    }

    fn plot(&self, svg: &mut String) -> Result<(), Box<dyn std::error::Error>> {
        let area = SVGBackend::with_string(svg, SIZE).into_drawing_area();
        area.fill(&WHITE)?;
        let all = self.all_points();
        let x_scale = self.x.scale(all.iter().map(|point| point.0));
        let y_scale = self.y.scale(all.iter().map(|point| point.1));

        // The legend is above the curves, where it can hide none of them.
        let (head, body) = area.split_vertically(HEAD);
        let mut chart = ChartBuilder::on(&body)
            .margin_left(16)
            .margin_right(24)
            .margin_bottom(8)
            .x_label_area_size(52)
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

        let rings = self.curves.iter().any(|curve| !curve.ringed.is_empty());
        let entries = self.curves.len() + usize::from(rings) + usize::from(!self.points.is_empty());
        let entry = (SIZE.0 as i32 - LEFT) / entries.max(1) as i32;
        let legend_position = |index: usize| (LEFT + index as i32 * entry, HEAD / 2);
        let legend = ("sans-serif", 20)
            .into_text_style(&head)
            .pos(Pos::new(HPos::Left, VPos::Center));
        for (index, curve) in self.curves.iter().enumerate() {
            let color = color(index);
            let thick = color.stroke_width(2);
            if !curve.band.is_empty() {
                let outline = self.outline(&curve.band);
                chart.draw_series([Polygon::new(outline, color.mix(0.2))])?;
            }
            let thin = color.mix(0.6).stroke_width(1);
            chart.draw_series(LineSeries::new(self.positions(&curve.thin), thin))?;
            chart.draw_series(LineSeries::new(self.positions(&curve.thick), thick))?;
            let marked = self.positions(&curve.marked).into_iter();
            chart
                .draw_series(marked.map(|point| EmptyElement::at(point) + marker(index, (0, 0))))?;
            let ringed = self.positions(&curve.ringed).into_iter();
            chart.draw_series(ringed.map(|point| Circle::new(point, 6, thick)))?;
            head.draw(
                &(EmptyElement::at(legend_position(index))
                    + PathElement::new(vec![(0, 0), (30, 0)], thick)
                    + marker(index, (15, 0))
                    + Text::new(curve.label.clone(), (40, 0), legend.clone())),
            )?;
        }

        let mut next = self.curves.len();
        let mut explain = |label: &str, style: ShapeStyle| {
            let text = Text::new(label.to_owned(), (25, 0), legend.clone());
            let symbol = Circle::new((10, 0), 6, style);
            next += 1;
            head.draw(&(EmptyElement::at(legend_position(next - 1)) + symbol + text))
        };
        if rings {
            explain("notebook", BLACK.stroke_width(2))?;
        }
        if !self.points.is_empty() {
            explain(&self.points_label, color(1).filled())?;
        }

        let pixel = |point| Some(chart.backend_coord(&self.position(point)?));
        let points = self.points.iter();
        let points = points.filter_map(|point| Some((point.label.clone(), pixel(point.at)?)));
        let thick = self.curves.iter().flat_map(|curve| &curve.thick);
        let lines = thick.filter_map(|&point| pixel(point));
        for label in labels::place(points.collect(), lines, SIZE) {
            let side = if label.is_right {
                HPos::Left
            } else {
                HPos::Right
            };
            let style = ("sans-serif", labels::FONT_SIZE)
                .into_text_style(&area)
                .pos(Pos::new(side, VPos::Center));
            area.draw(&PathElement::new(vec![label.point, label.end], GRID))?;
            area.draw(&Circle::new(label.point, 5, color(1).filled()))?;
            area.draw(&Text::new(label.text, label.end, style))?;
        }
        area.present()?;
        Ok(())
    }

    /// Every point that the axes can show.
    fn all_points(&self) -> Vec<(f64, f64)> {
        let mut all: Vec<(f64, f64)> = self.points.iter().map(|point| point.at).collect();
        for curve in &self.curves {
            all.extend(curve.thin.iter().chain(&curve.thick));
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
