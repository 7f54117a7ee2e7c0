//! The axes of plots.

use std::ops::{Range, RangeInclusive};

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

/// Values beyond these have no place: a plot of them would need hundreds of decades, and sums of them
/// overflow.
const SHOWN: RangeInclusive<f64> = 1e-100..=1e100;

/// An axis. Plots are drawn on a plane on which a logarithmic axis is that of the logarithms.
#[derive(Clone, Debug)]
pub struct Axis {
    /// What it shows.
    pub label: String,
    logarithmic: bool,
}

impl Axis {
    /// From zero on.
    pub fn linear(label: &str) -> Self {
        Axis {
            label: label.into(),
            logarithmic: false,
        }
    }

    /// For positive values; its label says so.
    pub fn logarithmic(label: &str) -> Self {
        Axis {
            label: format!("{label} (log scale)"),
            logarithmic: true,
        }
    }

    /// Where a value is; nothing if it cannot be shown.
    pub fn place(&self, value: f64) -> Option<f64> {
        match self.logarithmic {
            true => SHOWN.contains(&value).then(|| value.log10()),
            false => (value == 0.0 || SHOWN.contains(&value.abs())).then_some(value),
        }
    }

    /// The axis as far as it reaches to show these values.
    pub fn scale(&self, values: impl Iterator<Item = f64>) -> Scale {
        let shown = values.filter(|&value| self.place(value).is_some());
        let (least, most) = shown.fold((f64::INFINITY, 0.0), |(least, most), value| {
            (value.min(least), value.max(most))
        });
        if !self.logarithmic {
            let end = if most > 0.0 { most * 1.01 } else { 1.0 };
            return Scale::new(0.0..end, linear_ticks(end), |tick| tick);
        }
        let values = if least <= most {
            // At least a factor of three, so that two round numbers lie within.
            let margin = (3.0 * least / most).sqrt().max(1.1);
            least / margin..most * margin
        } else {
            0.1..1.0
        };
        let ticks = logarithmic_ticks(&values);
        Scale::new(values, ticks, f64::log10)
    }
}

/// The places of an axis and what stands at them.
#[derive(Clone, Debug)]
pub struct Scale {
    places: Range<f64>,
    /// Place and value of each tick.
    ticks: Vec<(f64, f64)>,
}

impl Scale {
    fn new(values: Range<f64>, ticks: Vec<f64>, place: fn(f64) -> f64) -> Self {
        let ticks = ticks.into_iter().map(|tick| (place(tick), tick));
        Scale {
            places: place(values.start)..place(values.end),
            ticks: ticks.collect(),
        }
    }
}

impl Ranged for Scale {
    type ValueType = f64;
    type FormatOption = NoDefaultFormatting;

    fn map(&self, place: &f64, (start, end): (i32, i32)) -> i32 {
        let share = (place - self.places.start) / (self.places.end - self.places.start);
        start + (f64::from(end - start) * share).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        self.ticks.iter().map(|tick| tick.0).collect()
    }

    fn range(&self) -> Range<f64> {
        self.places.clone()
    }
}

impl ValueFormatter<f64> for Scale {
    fn format(_: &f64) -> String {
        String::new()
    }

    /// What stands at a tick; nothing elsewhere.
    fn format_ext(&self, place: &f64) -> String {
        let tick = self.ticks.iter().find(|tick| tick.0 == *place);
        tick.map_or_else(String::new, |tick| tick.1.to_string())
    }
}

/// Multiples of 1, 2 or 5 times a power of ten, from four to ten of them.
fn linear_ticks(end: f64) -> Vec<f64> {
    let rough = end / 10.0;
    let power = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .map(|digit| digit * power)
        .into_iter()
        .find(|step| *step >= rough)
        .unwrap_or(rough);
    (0..)
        // To three digits, as the product of the two is not always the nearest number.
        .filter_map(|count| format!("{:.2e}", f64::from(count) * step).parse().ok())
        .take_while(|tick| *tick <= end)
        .collect()
}

/// 1, 2 and 5 times each power of ten within the range; every digit where that gives too few, the
/// powers alone where it gives too many.
fn logarithmic_ticks(range: &Range<f64>) -> Vec<f64> {
    let decades = range.start.log10().floor() as i32..=range.end.log10().ceil() as i32;
    let within = |digits: &[u32]| -> Vec<f64> {
        decades
            .clone()
            .flat_map(|decade| digits.iter().map(move |digit| format!("{digit}e{decade}")))
            .filter_map(|tick| tick.parse().ok())
            .filter(|tick| range.contains(tick))
            .collect()
    };
    let some = within(&[1, 2, 5]);
    match some.len() {
        0..3 => within(&[1, 2, 3, 4, 5, 6, 7, 8, 9]),
        3..=12 => some,
        _ => within(&[1]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_numbers_inside_the_range() {
        assert_eq!(
            logarithmic_ticks(&(0.004..0.12)),
            [0.005, 0.01, 0.02, 0.05, 0.1]
        );
        assert_eq!(
            logarithmic_ticks(&(0.07..0.25)),
            [0.07, 0.08, 0.09, 0.1, 0.2]
        );
        assert_eq!(logarithmic_ticks(&(0.5..2e4)), [1.0, 10.0, 100.0, 1e3, 1e4]);
        assert_eq!(linear_ticks(2350.0), [0.0, 500.0, 1000.0, 1500.0, 2000.0]);
        assert_eq!(linear_ticks(0.2).len(), 11);
    }

    #[test]
    fn round_numbers_stand_at_the_ticks() {
        let scale = Axis::logarithmic("loss").scale([0.003, 0.4].into_iter());
        let labels: Vec<_> = scale
            .ticks
            .iter()
            .map(|tick| scale.format_ext(&tick.0))
            .collect();
        assert_eq!(labels.join(" "), "0.005 0.01 0.02 0.05 0.1 0.2");
        assert_eq!(scale.map(&0.01f64.log10(), (0, 1000)), 256);
    }

    #[test]
    fn values_without_a_logarithm_have_no_place() {
        let axis = Axis::logarithmic("loss");
        assert_eq!(axis.place(100.0), Some(2.0));
        for value in [0.0, -1.0, f64::NAN, f64::INFINITY, 5e-324, 1.7e308] {
            assert_eq!(axis.place(value), None);
        }
    }

    #[test]
    fn values_that_cannot_be_shown_do_not_stretch_an_axis() {
        let values = [0.25, 5e-324, 1.7e308, f64::NAN, 0.5];
        for axis in [Axis::linear("loss"), Axis::logarithmic("loss")] {
            let scale = axis.scale(values.into_iter());
            assert_eq!(scale.range(), axis.scale([0.25, 0.5].into_iter()).range());
            assert!(axis.scale([5e-324].into_iter()).ticks.len() < 20);
        }
    }
}
