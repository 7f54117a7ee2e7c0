//! Plots of curves and points, which other programs draw as well.

use viz::{Axis, Curve, Plot, Point};

fn plot(curves: Vec<Curve>, points: Vec<Point>) -> String {
    let plot = Plot {
        x: Axis::linear("iteration"),
        y: Axis::logarithmic("loss"),
        curves,
        points,
        points_label: "points".into(),
        dashed_label: String::new(),
    };
    plot.draw().unwrap().svg
}

#[test]
fn draws_each_curve_with_its_name_and_skips_values_without_a_logarithm() {
    let curve = |label: &str, loss| Curve {
        label: label.into(),
        thin: vec![(1.0, loss), (2.0, 0.01)],
        marked: vec![(2.0, 0.01)],
        ..Curve::default()
    };
    let curves = vec![curve("first", f64::NAN), curve("<second>", 0.0)];
    let svg = plot(curves, vec![]);
    assert!(svg.contains("first"));
    assert!(svg.contains("&lt;second&gt;"));
    assert!(!svg.contains("NaN"));
    assert!(plot(vec![], vec![]).contains("iteration"));
}

#[test]
fn a_band_and_a_named_point_are_drawn() {
    let curve = Curve {
        band: vec![(1.0, 0.1, 0.2), (2.0, 0.05, 0.3)],
        ..Curve::default()
    };
    let point = Point {
        label: "<here>".into(),
        at: (1.5, 0.1),
    };
    let svg = plot(vec![curve], vec![point]);
    assert!(svg.contains("opacity=\"0.2\""));
    assert!(svg.contains("&lt;here&gt;"));
}

#[test]
fn many_named_points_have_numbers_and_a_key() {
    let points = |count: u32| {
        let point = |index: u32| Point {
            label: format!("model-{index}"),
            at: (f64::from(100 - index), 0.1),
        };
        plot(vec![], (0..count).map(point).collect())
    };
    assert!(points(8).matches("model-7").count() == 2 && !points(8).contains("1 model-7"));
    // From left to right.
    let many = points(9);
    assert!(many.contains("1 model-8") && many.contains("9 model-0"));
}

/// A plot of one curve.
fn curve(axes: (Axis, Axis), points: &[(f64, f64)]) -> String {
    let plot = Plot {
        x: axes.0,
        y: axes.1,
        curves: vec![Curve {
            thin: points.to_vec(),
            ..Curve::default()
        }],
        points: vec![],
        points_label: String::new(),
        dashed_label: String::new(),
    };
    plot.draw().unwrap().svg
}

/// The labels of the ticks, with their heights in pixels: of the vertical axis, whose texts end at
/// the axis, or of the horizontal one, whose texts are centered.
fn ticks(svg: &str, anchor: &str) -> Vec<(f64, f64)> {
    let texts = svg.split("<text ").skip(1);
    let texts = texts.filter(|text| text.contains(&format!("text-anchor=\"{anchor}\"")));
    let tick = |text: &str| {
        let (attributes, content) = text.split_once('>')?;
        let value = content.split("</text>").next()?.trim().parse().ok()?;
        let height = attributes.split("y=\"").nth(1)?.split('"').next()?;
        Some((value, height.parse().ok()?))
    };
    texts.filter_map(tick).collect()
}

fn values(ticks: &[(f64, f64)]) -> Vec<f64> {
    ticks.iter().map(|tick| tick.0).collect()
}

#[test]
fn ticks_are_round_numbers_within_the_range() {
    let vertical = |min: f64, max: f64| {
        let axes = (Axis::linear("step"), Axis::logarithmic("loss"));
        ticks(&curve(axes, &[(0.0, min), (1.0, max)]), "end")
    };
    let loss = vertical(0.003, 0.4);
    assert_eq!(values(&loss), [0.005, 0.01, 0.02, 0.05, 0.1, 0.2]);
    let decades = [loss[1].1 - loss[4].1, loss[2].1 - loss[5].1];
    assert!((decades[0] - decades[1]).abs() <= 1.0, "{decades:?}");
    let some = values(&vertical(0.0044, 0.11));
    assert_eq!(some, [0.005, 0.01, 0.02, 0.05, 0.1]);
    assert_eq!(values(&vertical(0.1, 0.17)), [0.08, 0.09, 0.1, 0.2]);
    let powers = values(&vertical(0.56, 1.8e4));
    assert_eq!(powers, [1.0, 10.0, 100.0, 1e3, 1e4]);
    let horizontal = |max: f64| {
        let axes = (Axis::linear("step"), Axis::linear("loss"));
        values(&ticks(&curve(axes, &[(0.0, 1.0), (max, 1.0)]), "middle"))
    };
    let steps = horizontal(2327.0);
    assert_eq!(steps, [0.0, 500.0, 1000.0, 1500.0, 2000.0]);
    assert_eq!(horizontal(0.198).len(), 10);
}

#[test]
fn values_that_cannot_be_shown_neither_appear_nor_stretch_an_axis() {
    let on_linear = [5e-324, 1.7e308, f64::NAN, f64::INFINITY];
    let on_logarithmic = [&on_linear[..], &[0.0, -1.0]].concat();
    let draw = |axis: &Axis, values: &[f64]| {
        let points: Vec<_> = values.iter().map(|&value| (1.0, value)).collect();
        curve((Axis::linear("step"), axis.clone()), &points)
    };
    for (axis, hidden) in [
        (Axis::linear("loss"), &on_linear[..]),
        (Axis::logarithmic("loss"), &on_logarithmic),
    ] {
        let all = [&[0.25], hidden, &[0.5]].concat();
        assert_eq!(draw(&axis, &all), draw(&axis, &[0.25, 0.5]));
        assert!(ticks(&draw(&axis, &hidden[..1]), "end").len() < 20);
    }
}
