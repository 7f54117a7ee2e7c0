//! Images whose pixels take their values from elsewhere in the image.

use experiment::Shape;

/// Moves an image, C x H x W, in place: the pixel at each row and column takes the value of the pixel
/// at its `source`; beyond the frame all is 0.
pub(super) fn rearrange(
    image: &mut [f32],
    shape: Shape,
    source: impl Fn(isize, isize) -> [isize; 2],
) {
    for_channels(image, shape, |original, channel| {
        let rows = channel.chunks_exact_mut(shape.columns);
        for (row, pixels) in (0..).zip(rows) {
            for (column, pixel) in (0..).zip(pixels) {
                *pixel = at(original, shape, source(row, column));
            }
        }
    });
}

/// The same with sources between the pixels, whose values are interpolated bilinearly.
pub(super) fn resample(image: &mut [f32], shape: Shape, source: impl Fn(usize, usize) -> [f32; 2]) {
    let mut sources = Vec::with_capacity(shape.rows * shape.columns);
    for row in 0..shape.rows {
        for column in 0..shape.columns {
            sources.push(source(row, column));
        }
    }
    for_channels(image, shape, |original, channel| {
        for (pixel, &source) in channel.iter_mut().zip(&sources) {
            *pixel = between(original, shape, source);
        }
    });
}

/// Calls `change` with a copy of each channel, H x W, and the channel.
fn for_channels(image: &mut [f32], shape: Shape, change: impl Fn(&[f32], &mut [f32])) {
    let mut original = Vec::new();
    for channel in image.chunks_exact_mut(shape.rows * shape.columns) {
        original.clear();
        original.extend_from_slice(channel);
        change(&original, channel);
    }
}

/// The value of a channel, H x W, at a row and a column.
fn at(channel: &[f32], shape: Shape, [row, column]: [isize; 2]) -> f32 {
    let inside =
        (0..shape.rows as isize).contains(&row) && (0..shape.columns as isize).contains(&column);
    if inside {
        channel[row as usize * shape.columns + column as usize]
    } else {
        0.0
    }
}

/// The same between the pixels.
fn between(channel: &[f32], shape: Shape, [row, column]: [f32; 2]) -> f32 {
    let (top, left) = (row.floor(), column.floor());
    let (down, right) = (row - top, column - left);
    let (top, left) = (top as isize, left as isize);
    let at = |row: isize, column: isize| at(channel, shape, [row, column]);
    // A coordinate far outside may be the maximum of its type.
    let (below, beside) = (top.saturating_add(1), left.saturating_add(1));
    let upper = (1.0 - right) * at(top, left) + right * at(top, beside);
    let lower = (1.0 - right) * at(below, left) + right * at(below, beside);
    (1.0 - down) * upper + down * lower
}
