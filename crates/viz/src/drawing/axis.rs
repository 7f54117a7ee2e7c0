//! The axes of plots.

use std::ops::{Range, RangeInclusive};

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

/// Values outside are not shown: they would need hundreds of decades, and sums of them overflow.
const SHOWN: RangeInclusive<f64> = 1e-100..=1e100;

/// An axis. A logarithmic one is drawn as a linear axis of the logarithms.
#[derive(Clone, Debug)]
pub struct Axis {
    /// What it shows.
    pub label: String,
    logarithmic: bool,
    is_of_integers: bool,
}

impl Axis {
    /// A linear axis that begins at zero.
    pub fn linear(label: &str) -> Self {
        Axis {
            label: label.into(),
            logarithmic: false,
            is_of_integers: false,
        }
    }

    /// A linear axis of counts, whose ticks are integers.
    pub fn counts(label: &str) -> Self {
        Axis {
            is_of_integers: true,
            ..Axis::linear(label)
        }
    }

    /// A logarithmic axis for positive values; its label says so.
    pub fn logarithmic(label: &str) -> Self {
        Axis {
            label: format!("{label} (log scale)"),
            logarithmic: true,
            is_of_integers: false,
        }
    }

    /// The position of a value on the axis: the value or its logarithm; `None` if it cannot be shown.
    pub fn position(&self, value: f64) -> Option<f64> {
        if self.logarithmic {
            SHOWN.contains(&value).then(|| value.log10())
        } else {
            (value == 0.0 || SHOWN.contains(&value.abs())).then_some(value)
        }
    }

    /// The range and the ticks that show these values.
    pub fn scale(&self, values: impl Iterator<Item = f64>) -> Scale {
        let (min, max) = values
            .filter(|&value| self.position(value).is_some())
            .fold((f64::INFINITY, 0.0), |(min, max), value| {
                (value.min(min), value.max(max))
            });
        if !self.logarithmic {
            let end = if max > 0.0 { max * 1.01 } else { 1.0 };
            let mut ticks = linear_ticks(end);
            if self.is_of_integers {
                ticks.retain(|tick| tick.fract() == 0.0);
            }
            return Scale::new(0.0..end, ticks, |tick| tick);
        }
        let values = if min <= max {
            // At least a factor of three, so that the range contains two round numbers.
            let margin = (3.0 * min / max).sqrt().max(1.1);
            min / margin..max * margin
        } else {
            0.1..1.0
        };
        let ticks = logarithmic_ticks(&values);
        Scale::new(values, ticks, f64::log10)
    }
}

/// The range of an axis and its ticks.
#[derive(Clone, Debug)]
pub struct Scale {
    positions: Range<f64>,
    /// Position and value of each tick.
    ticks: Vec<(f64, f64)>,
}

impl Scale {
    /// Position and value of each tick.
    pub fn ticks(&self) -> &[(f64, f64)] {
        &self.ticks
    }

    fn new(values: Range<f64>, ticks: Vec<f64>, position: fn(f64) -> f64) -> Self {
        Scale {
            positions: position(values.start)..position(values.end),
            ticks: ticks.iter().map(|&tick| (position(tick), tick)).collect(),
        }
    }
}

impl Scale {
    /// With every second tick, or every third, ... so that there are at most `max`.
    pub fn thinned(mut self, max: usize) -> Self {
        let step = self.ticks.len().div_ceil(max.max(1)).max(1);
        self.ticks = self.ticks.into_iter().step_by(step).collect();
        self
    }
}

impl Ranged for Scale {
    type ValueType = f64;
    type FormatOption = NoDefaultFormatting;

    fn map(&self, position: &f64, (start, end): (i32, i32)) -> i32 {
        let share = (position - self.positions.start) / (self.positions.end - self.positions.start);
        start + (f64::from(end - start) * share).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        self.ticks.iter().map(|tick| tick.0).collect()
    }

    fn range(&self) -> Range<f64> {
        self.positions.clone()
    }
}

impl ValueFormatter<f64> for Scale {
    fn format(_: &f64) -> String {
        String::new()
    }

    /// The value at a tick; nothing elsewhere.
    fn format_ext(&self, position: &f64) -> String {
        let tick = self.ticks.iter().find(|tick| tick.0 == *position);
        tick.map_or_else(String::new, |tick| tick.1.to_string())
    }
}

/// Four to ten multiples of 1, 2 or 5 times a power of ten.
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

/// 1, 2 and 5 times each power of ten within the range; every digit if those are too few, only the
/// powers of ten if they are too many.
pub fn logarithmic_ticks(range: &Range<f64>) -> Vec<f64> {
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
