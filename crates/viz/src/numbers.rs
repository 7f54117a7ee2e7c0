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

/// As [`decimals`], or a dash.
pub fn or_none(value: Option<f64>, places: usize) -> String {
    value.map_or(NONE.into(), |value| decimals(value, places))
}

/// The mean; nothing of nothing.
pub fn mean(values: impl ExactSizeIterator<Item = f64>) -> Option<f64> {
    let count = values.len();
    (count > 0).then(|| values.sum::<f64>() / count as f64)
}
