//! Loss curves as SVG: logarithmic upwards, a colour and a marker for each curve.

use plotters::{
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

use crate::{
    Error,
    drawing::{Drawing, STYLE},
};

/// A curve.
#[derive(Clone, Debug)]
pub struct Curve {
    /// Its name in the legend.
    pub label: String,
    /// A thin line through these points.
    pub line: Vec<(f64, f64)>,
    /// A thick line with markers through these points.
    pub marked: Vec<(f64, f64)>,
}

/// Four of Okabe and Ito's colours, which colour-blind readers can tell apart.
const COLOURS: [RGBColor; 4] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
];
const GRID: RGBColor = RGBColor(128, 128, 128);
const SIZE: (u32, u32) = (900, 480);
/// Height of the legend.
const HEAD: i32 = 44;
/// Where the axis begins.
const LEFT: i32 = 92;

/// Draws curves over `x_label` ("iteration" or "epoch"). Points that a logarithmic axis cannot
/// show, zero and below or not finite, are left out.
///
/// # Errors
/// [`Error::Plot`].
pub fn draw(curves: &[Curve], x_label: &str) -> Result<Drawing, Error> {
    let mut svg = String::new();
    plot(&mut svg, curves, x_label).map_err(|error| Error::Plot(error.to_string()))?;
    let (width, height) = SIZE;
    let head = svg.find('>').map_or(0, |end| end + 1);
    svg.insert_str(head, STYLE);
    Ok(Drawing { svg, width, height })
}

fn plot(
    svg: &mut String,
    curves: &[Curve],
    x_label: &str,
) -> Result<(), Box<dyn std::error::Error>> {
    let area = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    let all: Vec<(f64, f64)> = curves
        .iter()
        .flat_map(|curve| curve.line.iter().chain(&curve.marked))
        .copied()
        .filter(can_be_shown)
        .collect();
    let last = all.iter().map(|point| point.0).fold(1.0, f64::max);
    let least = all
        .iter()
        .map(|point| point.1)
        .fold(f64::INFINITY, f64::min);
    let most = all.iter().map(|point| point.1).fold(0.0, f64::max);
    let (least, most) = if all.is_empty() {
        (0.1, 1.0)
    } else {
        (least, most)
    };
    // At least a factor of three, so that two round numbers lie within.
    let margin = (3.0 * least / most).sqrt().max(1.1);
    let losses = least / margin..most * margin;
    let ticks = ticks(&losses);

    // The legend stands over the curves, where it can hide none of them.
    let (head, body) = area.split_vertically(HEAD);
    let entry = (SIZE.0 as i32 - LEFT) / curves.len().max(1) as i32;
    let legend = ("sans-serif", 20)
        .into_text_style(&head)
        .pos(Pos::new(HPos::Left, VPos::Center));
    let mut chart = ChartBuilder::on(&body)
        .margin_left(16)
        .margin_right(24)
        .margin_bottom(8)
        .x_label_area_size(52)
        .y_label_area_size(LEFT - 16)
        .build_cartesian_2d(0.0..last * 1.01, losses.log_scale().with_key_points(ticks))?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(GRID.mix(0.3))
        .axis_style(GRID)
        .x_desc(x_label)
        .y_desc("loss (log scale)")
        .x_label_formatter(&|x| format!("{x:.0}"))
        .y_label_formatter(&|y| format!("{y}"))
        .label_style(("sans-serif", 20))
        .axis_desc_style(("sans-serif", 21))
        .draw()?;

    for (index, curve) in curves.iter().enumerate() {
        let colour = COLOURS[index % COLOURS.len()];
        let shown = |points: &[(f64, f64)]| -> Vec<(f64, f64)> {
            points.iter().copied().filter(can_be_shown).collect()
        };
        let thin = colour.mix(0.6).stroke_width(1);
        chart.draw_series(LineSeries::new(shown(&curve.line), thin))?;
        let thick = colour.stroke_width(2);
        let marked = shown(&curve.marked);
        chart.draw_series(LineSeries::new(marked.clone(), thick))?;
        chart.draw_series(
            marked
                .iter()
                .map(|&point| EmptyElement::at(point) + marker(index, (0, 0), colour)),
        )?;
        let place = (LEFT + index as i32 * entry, HEAD / 2);
        head.draw(
            &(EmptyElement::at(place)
                + PathElement::new(vec![(0, 0), (30, 0)], thick)
                + marker(index, (15, 0), colour)
                + Text::new(curve.label.clone(), (40, 0), legend.clone())),
        )?;
    }
    area.present()?;
    Ok(())
}

fn can_be_shown(point: &(f64, f64)) -> bool {
    point.1.is_finite() && point.1 > 0.0
}

/// A filled shape around a point, in pixels from it. The shapes repeat after four curves, as the
/// colours do.
fn marker(index: usize, centre: (i32, i32), colour: RGBColor) -> Polygon<(i32, i32)> {
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
    Polygon::new(corners.collect::<Vec<_>>(), colour)
}

/// 1, 2 and 5 times each power of ten within the range, or every digit where that gives too few.
fn ticks(range: &std::ops::Range<f64>) -> Vec<f64> {
    let decades = range.start.log10().floor() as i32..=range.end.log10().ceil() as i32;
    let within = |digits: &[u32]| -> Vec<f64> {
        decades
            .clone()
            .flat_map(|decade| digits.iter().map(move |digit| format!("{digit}e{decade}")))
            .filter_map(|tick| tick.parse().ok())
            .filter(|tick| range.contains(tick))
            .collect()
    };
    let few = within(&[1, 2, 5]);
    if few.len() < 3 {
        within(&[1, 2, 3, 4, 5, 6, 7, 8, 9])
    } else {
        few
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_numbers_inside_the_range() {
        assert_eq!(ticks(&(0.004..0.12)), [0.005, 0.01, 0.02, 0.05, 0.1]);
        assert_eq!(ticks(&(0.07..0.25)), [0.07, 0.08, 0.09, 0.1, 0.2]);
    }

    #[test]
    fn draws_each_curve_with_its_name_and_skips_what_has_no_logarithm() {
        let curve = |label: &str, loss| Curve {
            label: label.into(),
            line: vec![(1.0, loss), (2.0, 0.01)],
            marked: vec![(2.0, 0.01)],
        };
        let curves = [curve("first", f64::NAN), curve("<second>", 0.0)];
        let drawing = draw(&curves, "iteration").unwrap();
        assert!(drawing.svg.contains("first"));
        assert!(drawing.svg.contains("&lt;second&gt;"));
        assert!(!drawing.svg.contains("NaN"));
        assert!(draw(&[], "epoch").is_ok());
    }
}
