//! Numbers within bounds, and what to say of others.

use std::ops::RangeInclusive;

/// Says in words that `field` must be within `bounds`.
pub fn within(field: &str, found: f64, bounds: RangeInclusive<f64>) -> Result<(), String> {
    if bounds.contains(&found) {
        return Ok(());
    }
    Err(format!(
        "{field} must be from {} to {}, found {found}",
        short(*bounds.start()),
        short(*bounds.end())
    ))
}

/// As [`within`], of whole numbers.
pub fn whole(field: &str, found: usize, bounds: RangeInclusive<usize>) -> Result<(), String> {
    if bounds.contains(&found) {
        return Ok(());
    }
    Err(format!(
        "{field} must be from {} to {}, found {found}",
        bounds.start(),
        bounds.end()
    ))
}

fn short(bound: f64) -> String {
    if bound != 0.0 && bound < 1e-3 {
        format!("{bound:e}")
    } else {
        bound.to_string()
    }
}
