//! The components of fewer images than pixels, from the products of the images with each other.

use tch::Tensor;

use crate::{
    eigen::{Eigen, positive_largest},
    error::Error,
};

/// The first `count` eigenvalues of the covariance over n - 1 of `centered`, `[N, D]` without a mean,
/// with their eigenvectors as rows, `[count, D]`.
///
/// The matrix of N x N products has the covariance's eigenvalues other than zero, and X^T u is the
/// covariance's eigenvector where u is its own; where N is below D, it is the smaller one. The
/// vectors beyond the rank of the images are any that are orthogonal to the others.
///
/// # Errors
/// [`Error::Decomposition`].
pub(crate) fn of_centered(centered: &Tensor, count: usize) -> Result<Eigen, Error> {
    let [images, pixels] = [centered.size()[0], centered.size()[1]];
    let products = centered.matmul(&centered.transpose(0, 1)) / (images - 1) as f64;
    let products: Vec<f64> = Vec::try_from(products.reshape([-1])).map_err(Error::Decomposition)?;
    let gram = Eigen::of_symmetric(&products, images as usize)?;
    // Smaller values are those of rounding.
    let smallest = gram.values[0] * pixels as f64 * f64::EPSILON;
    let is_above = |value: &&f64| **value > smallest;
    let rank = gram.values.iter().take(count).take_while(is_above).count();
    let (kept, rest) = (rank as i64, (count - rank) as i64);
    let of_images = Tensor::from_slice(&gram.vectors[..rank * images as usize])
        .view([kept, images])
        .matmul(centered);
    let scale = Tensor::from_slice(&gram.values[..rank])
        .sqrt()
        .view([kept, 1]);
    let columns = (of_images / scale)
        .transpose(0, 1)
        .constant_pad_nd([0, rest]);
    // Columns of zeros become columns that are orthogonal to the others.
    let (orthonormal, _) =
        Tensor::f_linalg_qr(&columns, "reduced").map_err(Error::Decomposition)?;
    let vectors = positive_largest(&orthonormal.transpose(0, 1)).reshape([-1]);
    let mut values = gram.values[..rank].to_vec();
    values.resize(count, 0.0);
    Ok(Eigen {
        values,
        vectors: Vec::try_from(vectors).map_err(Error::Decomposition)?,
    })
}
