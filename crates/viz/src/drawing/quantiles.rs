//! Distributions compared: a bar for each, on a common logarithmic axis.

use super::{
    axis::logarithmic_ticks,
    svg::{Canvas, Drawing, shortened, text_width},
};
use crate::format::decimals;

/// Distributions of positive values, one below the other.
#[derive(Clone, Debug)]
pub struct Quantiles {
    /// What the axis shows.
    pub label: String,
    /// Name and values of each distribution.
    pub rows: Vec<(String, Vec<f64>)>,
}

/// The shares of the values below the ends of the thin line, those of the bar, and the median.
const SHARES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];
const MARGIN: u32 = 8;
const ROW: u32 = 24;
const FONT_SIZE: u32 = 14;
const WIDTH: u32 = 900;
/// Room for the number to the right.
const RIGHT: u32 = 76;
/// Characters of a name that are shown.
const CHARACTERS: usize = 36;

impl Quantiles {
    /// Draws for each distribution a line from the 5th to the 95th percentile, a bar from the 25th to
    /// the 75th, and the median, whose number is to the right. Values that are not positive count as
    /// the smallest that is.
    pub fn draw(&self) -> Drawing {
        let names: Vec<String> = (self.rows.iter())
            .map(|(name, _)| shortened(name, CHARACTERS))
            .collect();
        let quantiles: Vec<Option<[f64; 5]>> = self
            .rows
            .iter()
            .map(|(_, values)| quantiles(values))
            .collect();
        let ends = || quantiles.iter().flatten().flatten().copied();
        let (min, max) = ends()
            .filter(|value| *value > 0.0)
            .fold((f64::INFINITY, 0.0_f64), |(min, max), value| {
                (min.min(value), max.max(value))
            });
        let range = if min <= max {
            min / 1.15..max * 1.15
        } else {
            0.1..1.0
        };

        let left = MARGIN + text_width(names.iter(), FONT_SIZE) + 12;
        let right = WIDTH - RIGHT;
        let bottom = MARGIN + self.rows.len() as u32 * ROW;
        let mut canvas = Canvas::new(WIDTH, bottom + 52, FONT_SIZE);
        let position = |value: f64| {
            let value = value.max(range.start);
            let share = (value / range.start).ln() / (range.end / range.start).ln();
            left + (share * f64::from(right - left)).round() as u32
        };
        for tick in logarithmic_ticks(&range) {
            let x = position(tick);
            canvas.element(format_args!(
                "<path d=\"M{x} {MARGIN}V{bottom}\" stroke=\"#808080\" stroke-opacity=\"0.3\"/>\n"
            ));
            let centered = "text-anchor=\"middle\"";
            canvas.text(x, bottom + 18, centered, &tick.to_string());
        }
        canvas.text(
            left,
            bottom + 42,
            "",
            &format!("{} (log scale)", self.label),
        );
        for ((row, name), quantiles) in (0..).zip(&names).zip(&quantiles) {
            let y = MARGIN + row * ROW + ROW / 2;
            canvas.text(MARGIN, y + 5, "", name);
            let Some(quantiles) = quantiles else { continue };
            let [low, lower, median, upper, high] = quantiles.map(position);
            canvas.element(format_args!(
                "<path d=\"M{low} {y}H{high}\" stroke=\"#0072B2\" stroke-width=\"2\"/>\
                 <rect x=\"{lower}\" y=\"{}\" width=\"{}\" height=\"12\" fill=\"#0072B2\"/>\
                 <circle cx=\"{median}\" cy=\"{y}\" r=\"4\" fill=\"#D55E00\" stroke=\"#FFFFFF\"/>\n",
                y - 6,
                (upper - lower).max(1),
            ));
            let end = "text-anchor=\"end\"";
            canvas.text(WIDTH - MARGIN, y + 5, end, &decimals(quantiles[2], 2));
        }
        canvas.finish()
    }
}

/// The values below which the [`SHARES`] of them are; `None` without a finite value.
fn quantiles(values: &[f64]) -> Option<[f64; 5]> {
    let mut values: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
    values.sort_by(f64::total_cmp);
    let last = values.len().checked_sub(1)?;
    Some(SHARES.map(|share| values[(share * last as f64).round() as usize]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_shows_its_median() {
        let values: Vec<f64> = (0..=100).map(f64::from).collect();
        assert_eq!(quantiles(&values), Some([5.0, 25.0, 50.0, 75.0, 95.0]));
        let rows = vec![("<a>".into(), values), ("b".into(), vec![f64::NAN, 0.0])];
        let svg = Quantiles {
            label: "error".into(),
            rows,
        }
        .draw()
        .svg;
        assert!(svg.contains("&lt;a&gt;") && svg.contains(">50.00<"));
        assert!(!svg.contains("NaN"));
        let empty = Quantiles {
            label: "error".into(),
            rows: vec![("c".into(), vec![])],
        };
        assert!(empty.draw().svg.contains(">c<"));
    }
}
