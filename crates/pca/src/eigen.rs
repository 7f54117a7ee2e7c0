//! Eigen-decomposition of a symmetric matrix.

use tch::Tensor;

use crate::error::Error;

/// Eigenvalues in descending order, each with its eigenvector of length 1: all D of a matrix, or the
/// first of them.
pub(crate) struct Eigen {
    /// `[D]`.
    pub(crate) values: Vec<f64>,
    /// The eigenvectors as rows, `[D, D]`. The entry of largest magnitude of each is positive; of
    /// several such entries, the first.
    pub(crate) vectors: Vec<f64>,
}

impl Eigen {
    /// Decomposes `matrix`, symmetric, `[side, side]`, finite.
    ///
    /// # Errors
    /// [`Error::Decomposition`] if the iteration does not converge.
    pub(crate) fn of_symmetric(matrix: &[f64], side: usize) -> Result<Self, Error> {
        let side = side as i64;
        // libtorch: values ascending [D], vectors in columns [D, D].
        let (values, columns) = Tensor::from_slice(matrix)
            .view([side, side])
            .f_linalg_eigh("L")
            .map_err(Error::Decomposition)?;
        let vectors = positive_largest(&columns.transpose(0, 1).flip([0])).reshape([side * side]);
        Ok(Eigen {
            values: Vec::try_from(values.flip([0])).map_err(Error::Decomposition)?,
            vectors: Vec::try_from(vectors).map_err(Error::Decomposition)?,
        })
    }
}

/// `rows`, `[K, D]`, each with the sign that makes its entry of largest magnitude positive; of several
/// such entries, the first.
pub(crate) fn positive_largest(rows: &Tensor) -> Tensor {
    let largest = rows.abs().argmax(1, true); // [K, 1]
    let signs = rows.gather(1, &largest, false).sign(); // [K, 1]
    rows * signs
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng, rngs::StdRng};

    use super::*;

    /// Decomposes and checks that the sum of value * vector vector^T is `matrix`, that the vectors
    /// are orthonormal, the values descending and the signs right.
    fn check(matrix: &[f64], side: usize) -> Eigen {
        let eigen = Eigen::of_symmetric(matrix, side).unwrap();
        let entry = |k: usize, i: usize| eigen.vectors[k * side + i];
        for i in 0..side {
            for j in 0..side {
                let rebuilt: f64 = (0..side)
                    .map(|k| eigen.values[k] * entry(k, i) * entry(k, j))
                    .sum();
                let expected = matrix[i * side + j];
                assert!((rebuilt - expected).abs() < 1e-12, "{rebuilt}, {expected}");
                let product: f64 = (0..side).map(|p| entry(i, p) * entry(j, p)).sum();
                let expected = f64::from(i == j);
                assert!((product - expected).abs() < 1e-12, "{product}, {expected}");
            }
        }
        assert!(eigen.values.is_sorted_by(|a, b| a >= b));
        for vector in eigen.vectors.chunks(side) {
            let larger = |a: f64, b: &f64| if b.abs() > a.abs() { *b } else { a };
            assert!(vector.iter().fold(0.0, larger) > 0.0, "{vector:?}");
        }
        eigen
    }

    #[test]
    fn random_matrices() {
        let mut random = StdRng::seed_from_u64(2);
        for side in [1, 2, 3, 8, 33] {
            let mut matrix = vec![0.0; side * side];
            for i in 0..side {
                for j in i..side {
                    let value = random.random_range(-1.0..1.0);
                    matrix[i * side + j] = value;
                    matrix[j * side + i] = value;
                }
            }
            check(&matrix, side);
        }
    }

    #[test]
    fn zero_constant_and_identity_matrices() {
        assert_eq!(check(&[0.0; 25], 5).values, [0.0; 5]);
        let constant = check(&[1.0; 25], 5).values;
        assert!((constant[0] - 5.0).abs() < 1e-12);
        assert!(constant[1..].iter().all(|value| value.abs() < 1e-12));
        let mut identity = [0.0; 25];
        (0..5).for_each(|i| identity[i * 5 + i] = 1.0);
        assert_eq!(check(&identity, 5).values, [1.0; 5]);
    }
}
