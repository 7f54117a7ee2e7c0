//! How numbers are written in the report.

/// What stands where there is no number.
pub const NONE: &str = "–";

/// With so many decimals; numbers too large for that in powers of ten.
pub fn decimals(value: f64, decimals: usize) -> String {
    if value.abs() < 1e6 {
        format!("{value:.decimals$}")
    } else {
        format!("{value:.3e}")
    }
}

/// A setting as it is usually written: 0.001, but 8e-4 and 1e-6.
pub fn setting(value: f64) -> String {
    if value != 0.0 && value < 1e-3 {
        format!("{value:e}")
    } else {
        value.to_string()
    }
}

/// As [`decimals`], or a dash.
pub fn or_none(value: Option<f64>, places: usize) -> String {
    value.map_or(NONE.into(), |value| decimals(value, places))
}

/// The mean; nothing of nothing.
pub fn mean(values: impl ExactSizeIterator<Item = f64>) -> Option<f64> {
    let count = values.len();
    (count > 0).then(|| values.sum::<f64>() / count as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_usual_form() {
        assert_eq!(
            [0.0, 0.001, 0.5, 8e-4, 1e-6].map(setting).join(" "),
            "0 0.001 0.5 8e-4 1e-6"
        );
        assert_eq!(decimals(12.34567, 4), "12.3457");
        assert_eq!(decimals(1.5e12, 4), "1.500e12");
        assert_eq!(or_none(mean([].into_iter()), 2), "–");
        assert_eq!(or_none(mean([1.0, 2.0].into_iter()), 2), "1.50");
    }
}
