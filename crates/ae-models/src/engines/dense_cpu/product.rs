//! The product of two matrices, by faer on one thread.
//!
//! libtorch multiplies with MKL, which reaches half of what an AMD processor can.

use faer::{Accum, MatMut, MatRef, Par, linalg::matmul::matmul};
use tch::{Kind, Tensor};

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
        matmul(c, Accum::Replace, a, b, 1.0f32, Par::Seq);
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
