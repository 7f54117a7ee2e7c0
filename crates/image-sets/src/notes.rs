//! What looks odd in the pixels of a set.

use crate::set::{ImageSet, Pixels};

/// Below this maximum, bytes use so little of 0-255 that they were probably meant otherwise.
const SMALL_MAXIMUM: f32 = 64.0;

/// The note on a set without labels.
pub(crate) const NO_LABELS: &str = "There are no labels, so nothing can be shown by class.";

/// Notes on the pixels and labels of a set.
pub(crate) fn of(set: &ImageSet) -> Vec<String> {
    let mut notes = Vec::new();
    let (low, high) = set.value_range();
    if matches!(set.pixels(), Pixels::U8(_)) {
        notes.extend(of_bytes([low, high]));
    }
    match set.pixels() {
        Pixels::U8(values) => alike(values, set, &mut notes),
        Pixels::F32(values) => alike(values, set, &mut notes),
    }
    if set.labels().is_none() {
        notes.push(NO_LABELS.into());
    }
    notes
}

/// A note on bytes of this minimum and maximum that are all dark.
pub fn of_bytes([low, high]: [f32; 2]) -> Option<String> {
    if low == high || high >= SMALL_MAXIMUM {
        return None;
    }
    Some(if high <= 1.0 {
        "All pixels are 0 or 1 of 0-255, so every image is nearly black.".into()
    } else {
        format!("The pixels are from {low} to {high} of 0-255, so every image is dark.")
    })
}

fn alike<T: PartialEq>(values: &[T], set: &ImageSet, notes: &mut Vec<String>) {
    let shape = set.shape();
    let mut images = values.chunks_exact(shape.size());
    let first = images.clone().next().unwrap_or_default();
    if set.len() > 1 && images.all(|image| image == first) {
        notes.push(format!("All {} images are equal.", set.len()));
    }
    let plane = shape.rows * shape.columns;
    for channel in 0..shape.channels {
        let planes = values
            .chunks_exact(plane)
            .skip(channel)
            .step_by(shape.channels);
        let mut pixels = planes.flatten();
        let first = pixels.next();
        if pixels.all(|pixel| Some(pixel) == first) {
            notes.push(if shape.channels == 1 {
                "All pixels of all images are equal.".into()
            } else {
                format!("Channel {channel} is the same in all pixels of all images.")
            });
        }
    }
}
