//! Numbers in words and messages.

/// Small numbers by their power of ten, as they are usually written: `8e-4`, but `0.001`.
pub(super) fn number(value: f64) -> String {
    if value != 0.0 && value.abs() < 1e-3 {
        format!("{value:e}")
    } else {
        value.to_string()
    }
}
