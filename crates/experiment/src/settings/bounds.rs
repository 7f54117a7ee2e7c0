//! Checks that numbers are within bounds.

use std::ops::RangeInclusive;

use super::numbers::number;

/// Checks that `found`, the value of `field`, is within `bounds`. The error is a message.
pub fn within(field: &str, found: f64, bounds: RangeInclusive<f64>) -> Result<(), String> {
    if bounds.contains(&found) {
        return Ok(());
    }
    Err(format!(
        "{field} must be from {} to {}, found {found}",
        number(*bounds.start()),
        number(*bounds.end())
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
