//! Gathering rows and columns of a matrix into a smaller one, and scattering them back.

use tch::Tensor;

use super::matrix::Matrix;
use crate::as_slice;

/// Copies the entries of `columns`, K of them, of each row `[U]` into the rows of `into [N, K]`.
pub(super) fn gather_columns<'a>(
    rows: impl Iterator<Item = &'a [f32]>,
    columns: &[usize],
    into: &mut [f32],
) {
    for (row, into) in rows.zip(into.chunks_exact_mut(columns.len())) {
        for (to, &column) in into.iter_mut().zip(columns) {
            *to = row[column];
        }
    }
}

/// The submatrix of `matrix`, `[I, J]`, at these `rows` and `columns`, `None` for all of them. It is
/// gathered into `memory`, unless it is the whole matrix.
pub(super) fn gather(
    matrix: &Tensor,
    rows: Option<&[usize]>,
    columns: Option<&[usize]>,
    memory: &mut Matrix,
) -> Tensor {
    if rows.is_none() && columns.is_none() {
        return matrix.shallow_clone();
    }
    let width = matrix.size()[1] as usize;
    // SAFETY: the parameters are borrowed, on this thread alone, and libtorch is not called while the
    // slice lives.
    let values = unsafe { as_slice(matrix) };
    let all_rows: Vec<usize>;
    let rows = match rows {
        Some(rows) => rows,
        None => {
            all_rows = (0..values.len() / width).collect();
            &all_rows
        }
    };
    memory.resize(rows.len(), columns.map_or(width, <[usize]>::len));
    let selected_rows = rows.iter().map(|&row| &values[row * width..][..width]);
    match columns {
        Some(columns) => gather_columns(selected_rows, columns, memory.values_mut()),
        None => {
            for (row, into) in selected_rows.zip(memory.values_mut().chunks_exact_mut(width)) {
                into.copy_from_slice(row);
            }
        }
    }
    memory.tensor()
}

/// The inverse of [`gather`]: writes `part`, as many rows and columns as are named, `None` for all,
/// to its place in `into`, a matrix of `width` columns, and zeros everywhere else.
pub(super) fn scatter(
    part: &[f32],
    rows: Option<&[usize]>,
    columns: Option<&[usize]>,
    width: usize,
    into: &mut [f32],
) {
    into.fill(0.0);
    let part_width = columns.map_or(width, <[usize]>::len);
    for (index, part) in part.chunks_exact(part_width).enumerate() {
        let row = rows.map_or(index, |rows| rows[index]);
        let into = &mut into[row * width..][..width];
        match columns {
            Some(columns) => {
                for (&column, &value) in columns.iter().zip(part) {
                    into[column] = value;
                }
            }
            None => into.copy_from_slice(part),
        }
    }
}
