//! Images that are read between their pixels.

use experiment::Shape;

/// Moves an image, C x H x W, in place: each pixel takes the value at its source, a row and a column
/// between those of the image, interpolated bilinearly; beyond the frame all is 0. `sources` has a
/// pair for each of the H x W pixels.
pub(super) fn remap(image: &mut [f32], shape: Shape, sources: &[[f32; 2]]) {
    let mut original = Vec::new();
    for channel in image.chunks_exact_mut(shape.rows * shape.columns) {
        original.clear();
        original.extend_from_slice(channel);
        for (pixel, &source) in channel.iter_mut().zip(sources) {
            *pixel = value_at(&original, shape, source);
        }
    }
}

/// The value of a channel, H x W, at a row and a column.
fn value_at(channel: &[f32], shape: Shape, [row, column]: [f32; 2]) -> f32 {
    let (top, left) = (row.floor(), column.floor());
    let (down, right) = (row - top, column - left);
    let (top, left) = (top as isize, left as isize);
    let at = |row: isize, column: isize| {
        let inside = (0..shape.rows as isize).contains(&row)
            && (0..shape.columns as isize).contains(&column);
        if inside {
            channel[row as usize * shape.columns + column as usize]
        } else {
            0.0
        }
    };
    // A coordinate far outside may be the maximum of its type.
    let (below, beside) = (top.saturating_add(1), left.saturating_add(1));
    let upper = (1.0 - right) * at(top, left) + right * at(top, beside);
    let lower = (1.0 - right) * at(below, left) + right * at(below, beside);
    (1.0 - down) * upper + down * lower
}
