//! Matrices in parts of columns, each a part of every row. A pass that sums over the images of a batch
//! does so in their order within each part, so that a sum does not depend on the parts.

use crate::PART;

/// Parts begin at multiples of this, so that they fill vectors.
const ALIGNMENT: usize = 16;

/// The width of the parts of a pass over a matrix of this size.
pub(super) fn part_width(rows: usize, columns: usize) -> usize {
    let parts = (rows * columns / PART).max(1);
    columns.div_ceil(parts).next_multiple_of(ALIGNMENT)
}

/// The rows of each part of `width` columns of `values`, a matrix of `columns` columns.
pub(super) fn parts(values: &[f32], columns: usize, width: usize) -> Vec<Vec<&[f32]>> {
    let mut parts = vec![Vec::with_capacity(values.len() / columns); columns.div_ceil(width)];
    for row in values.chunks_exact(columns) {
        for (part, row) in parts.iter_mut().zip(row.chunks(width)) {
            part.push(row);
        }
    }
    parts
}

/// Like [`parts`], mutable.
pub(super) fn parts_mut(values: &mut [f32], columns: usize, width: usize) -> Vec<Vec<&mut [f32]>> {
    let mut parts: Vec<Vec<&mut [f32]>> = Vec::new();
    let rows = values.len() / columns;
    parts.resize_with(columns.div_ceil(width), || Vec::with_capacity(rows));
    for row in values.chunks_exact_mut(columns) {
        for (part, row) in parts.iter_mut().zip(row.chunks_mut(width)) {
            part.push(row);
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_have_all_columns_once_in_their_order() {
        let mut values: Vec<f32> = (0..3 * 40).map(|number| number as f32).collect();
        let expected = values.clone();
        let shared = parts(&expected, 40, 16);
        assert_eq!(shared[2][1], &expected[72..80]);
        let widths: Vec<usize> = shared.iter().map(|part| part[0].len()).collect();
        assert_eq!(widths, [16, 16, 8]);
        for part in parts_mut(&mut values, 40, 16) {
            part.into_iter().flatten().for_each(|number| *number += 1.0);
        }
        assert!(values.iter().zip(&expected).all(|(a, b)| *a == b + 1.0));
    }

    #[test]
    fn large_matrices_have_several_parts_small_ones_one() {
        for (rows, columns) in [(1, 1), (256, 64), (256, 784), (4096, 256), (100_000, 8)] {
            let width = part_width(rows, columns);
            let numbers = rows * width.min(columns);
            assert!(
                numbers >= PART.min(rows * columns),
                "{rows} x {columns}: {width}"
            );
            assert!(width < columns || numbers < 2 * PART || columns <= ALIGNMENT);
        }
    }
}
