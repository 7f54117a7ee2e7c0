//! Plots of curves and points, which other programs draw as well.

use viz::{Axis, Curve, Plot, Point};

fn plot(curves: Vec<Curve>, points: Vec<Point>) -> String {
    let plot = Plot {
        x: Axis::linear("iteration"),
        y: Axis::logarithmic("loss"),
        curves,
        points,
        points_label: "points".into(),
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
