//! How numbers and lists are written in the report.

use std::fmt::Display;

use experiment::thousands;

/// The text for a number that is absent.
pub const NONE: &str = "–";

/// The items as text, with `separator` between them.
pub fn join<T: Display>(items: impl IntoIterator<Item = T>, separator: &str) -> String {
    let texts: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    texts.join(separator)
}

/// "1 model", "3 models", "2,000 models".
pub fn count(count: usize, noun: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{} {noun}{s}", thousands(count))
}

/// `value` with that many decimals, or in powers of ten from a million on.
pub fn decimals(value: f64, decimals: usize) -> String {
    if value.abs() < 1e6 {
        format!("{value:.decimals$}")
    } else {
        format!("{value:.3e}")
    }
}

/// The number of decimals that show four significant digits of a number.
pub fn significant_decimals(value: f64) -> usize {
    let size = value.abs();
    if size == 0.0 || !size.is_finite() {
        0
    } else {
        (3 - size.log10().floor() as i32).clamp(0, 9) as usize
    }
}

/// Like [`decimals`], with [`NONE`] for a number that is absent.
pub fn or_none(value: Option<f64>, places: usize) -> String {
    value.map_or(NONE.into(), |value| decimals(value, places))
}

/// The mean; `None` without values.
pub fn mean(values: impl ExactSizeIterator<Item = f64>) -> Option<f64> {
    let count = values.len();
    (count > 0).then(|| values.sum::<f64>() / count as f64)
}

/// Mean and standard deviation over the seeds of an experiment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeanStd {
    /// The mean.
    pub mean: f64,
    /// The standard deviation with divisor n - 1; absent for a single value, and where all values
    /// are equal.
    pub std: Option<f64>,
}

impl MeanStd {
    /// Mean and standard deviation of at least one value; `None` for an empty slice.
    pub fn of(values: &[f64]) -> Option<MeanStd> {
        let mean = mean(values.iter().copied())?;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let std = (squares / (values.len() as f64 - 1.0)).sqrt();
        let all_equal = values.iter().all(|value| *value == values[0]);
        Some(MeanStd {
            mean: if all_equal { values[0] } else { mean },
            std: (!all_equal).then_some(std),
        })
    }

    /// "mean ± std", both with that many decimals. A line may break before the sign, not after it.
    pub fn to_text(self, places: usize) -> String {
        let mean = decimals(self.mean, places);
        match self.std {
            Some(std) => format!("{mean} ±\u{a0}{}", decimals(std, places)),
            None => mean,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_usual_form() {
        assert_eq!(decimals(12.34567, 4), "12.3457");
        assert_eq!(decimals(1.5e12, 4), "1.500e12");
        assert_eq!(or_none(mean([].into_iter()), 2), "–");
        assert_eq!(or_none(mean([1.0, 2.0].into_iter()), 2), "1.50");
        assert_eq!(
            [0.0, 0.012345, 1.0, 98.765, 12345.6, 2e-9].map(significant_decimals),
            [0, 5, 3, 2, 0, 9]
        );
        assert_eq!(
            [0, 999, 2000, 1234567].map(experiment::thousands).join(" "),
            "0 999 2,000 1,234,567"
        );
    }

    #[test]
    fn the_standard_deviation_divides_by_one_less_than_the_number_of_values() {
        assert_eq!(MeanStd::of(&[]), None);
        assert_eq!(MeanStd::of(&[3.0]).unwrap().to_text(2), "3.00");
        assert_eq!(MeanStd::of(&[0.1; 3]).unwrap().to_text(2), "0.10");
        let mean_std = MeanStd::of(&[1.0, 2.0, 3.0, 6.0]).unwrap();
        assert_eq!(mean_std.to_text(2), "3.00 ±\u{a0}2.16");
    }
}
