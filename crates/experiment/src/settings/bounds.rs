//! Checks that numbers are within bounds.

use std::ops::RangeInclusive;

/// Checks that `found`, the value of `field`, is within `bounds`. The error is a message.
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

/// Like [`within`], for whole numbers.
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
