//! The product of two matrices, by faer, in parts of a fixed size with which idle threads help.
//!
//! libtorch multiplies with MKL, which reaches half of what an AMD processor can.

use faer::{Accum, MatMut, MatRef, Par, linalg::matmul::matmul};
use tch::{Kind, Tensor};

use crate::join;

/// A product of fewer multiplications is computed at once, within some 60 microseconds. On one thread,
/// parts of half of this size cost up to 8 percent more, and parts of this size none.
const MIN_DIVIDED: usize = 1 << 23;
/// Parts begin at multiples of this, so that they fill vectors as the whole does.
const ALIGNMENT: usize = 16;

/// Writes the product of `a`, `[I, J]`, and `b`, `[J, K]`, both of 32-bit floats on the CPU, row by row
/// to `out`. Transposed matrices are read where they are.
pub(super) fn product(a: &Tensor, b: &Tensor, out: &mut [f32]) {
    let [rows, inner] = size(a);
    let [inner_too, columns] = size(b);
    assert_eq!(inner, inner_too, "the sizes of the factors differ");
    assert_eq!(out.len(), rows * columns, "the product has another size");
    let [(a_down, a_right), (b_down, b_right)] = [a, b].map(|x| {
        let strides = x.stride();
        (strides[0] as isize, strides[1] as isize)
    });
    // SAFETY: sizes and strides are those of the tensors, which live, and whose memory is not written
    // meanwhile; `out` has room for the product, and is borrowed mutably.
    unsafe {
        let a = MatRef::from_raw_parts(a.data_ptr().cast::<f32>(), rows, inner, a_down, a_right);
        let b = MatRef::from_raw_parts(b.data_ptr().cast::<f32>(), inner, columns, b_down, b_right);
        let c = MatMut::from_raw_parts_mut(out.as_mut_ptr(), rows, columns, columns as isize, 1);
        multiply(c, a, b);
    }
}

/// Sets `c`, `[I, K]`, to the product of `a`, `[I, J]`, and `b`, `[J, K]`: large ones by halves of the
/// longer side.
fn multiply(c: MatMut<f32>, a: MatRef<f32>, b: MatRef<f32>) {
    let (rows, columns) = (c.nrows(), c.ncols());
    let longer = rows.max(columns);
    if rows * columns * a.ncols() < MIN_DIVIDED || longer < 2 * ALIGNMENT {
        return matmul(c, Accum::Replace, a, b, 1.0f32, Par::Seq);
    }
    let half = (longer / 2).next_multiple_of(ALIGNMENT);
    if rows == longer {
        let (c_first, c_second) = c.split_at_row_mut(half);
        let (a_first, a_second) = a.split_at_row(half);
        join(
            || multiply(c_first, a_first, b),
            || multiply(c_second, a_second, b),
        );
    } else {
        let (c_first, c_second) = c.split_at_col_mut(half);
        let (b_first, b_second) = b.split_at_col(half);
        join(
            || multiply(c_first, a, b_first),
            || multiply(c_second, a, b_second),
        );
    }
}

fn size(matrix: &Tensor) -> [usize; 2] {
    assert_eq!(
        matrix.kind(),
        Kind::Float,
        "a factor is not of 32-bit floats"
    );
    let size = matrix.size();
    [size[0] as usize, size[1] as usize]
}
