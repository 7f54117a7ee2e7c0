//! The components of fewer images than pixels, from the products of the images with each other.
//!
//! For centered images X, `[N, D]`, X X^T and X^T X have the same eigenvalues, except for zeros. An
//! eigenvector u of the first, `[N, N]`, gives X^T u of the second, `[D, D]`, which is large where
//! images are large and few.

use tch::{Device, Kind, Tensor};

use crate::{
    eigen::{Eigen, with_signs},
    error::Error,
};

/// The first `components` eigenvalues of the covariance over n - 1 of `centered`, `[N, D]` in `f64`, by
/// descending value, and their eigenvectors as rows, `[components, D]`, with the signs of [`Eigen`].
/// Images without further variance give zeros, and vectors orthogonal to the others.
///
/// # Errors
/// [`Error::Decomposition`].
pub(crate) fn eigen(centered: &Tensor, components: usize) -> Result<(Vec<f64>, Vec<f64>), Error> {
    let (images, pixels) = centered.size2().map_err(Error::Decomposition)?;
    let products = centered.matmul(&centered.transpose(0, 1)) / (images - 1) as f64;
    let products: Vec<f64> = floats(&products)?;
    let of_images = Eigen::of_symmetric(&products, images as usize)?;
    // What rounding leaves of an eigenvalue of zero.
    let rounding = images as f64 * f64::EPSILON * of_images.values[0];
    let rank = (of_images.values.iter())
        .take(components)
        .take_while(|&&value| value > rounding)
        .count();
    let vectors = Tensor::from_slice(&of_images.vectors).view([images, images]);
    let columns = centered
        .transpose(0, 1)
        .matmul(&vectors.narrow(0, 0, rank as i64).transpose(0, 1));
    let columns = &columns
        / columns
            .square()
            .sum_dim_intlist([0].as_slice(), true, None)
            .sqrt();
    let further = Tensor::eye_m(
        pixels,
        (components - rank) as i64,
        (Kind::Double, Device::Cpu),
    );
    // Orthonormal to the last bits, whatever the further columns are.
    let all = Tensor::cat(&[columns, further], 1);
    let (orthonormal, _) = Tensor::f_linalg_qr(&all, "reduced").map_err(Error::Decomposition)?;
    let mut values = of_images.values;
    values.truncate(rank);
    values.resize(components, 0.0);
    Ok((values, floats(&with_signs(&orthonormal.transpose(0, 1)))?))
}

fn floats(tensor: &Tensor) -> Result<Vec<f64>, Error> {
    Vec::try_from(tensor.flatten(0, -1)).map_err(Error::Decomposition)
}
