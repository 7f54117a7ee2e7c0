//! The fitted model: projection and reconstruction.

use tch::{Device, Kind, Tensor};

use crate::{covariance::Moments, eigen::Eigen, error::Error, floats, gram};

/// A fitted principal component analysis.
///
/// K directions in the space of D pixels along which the fitted images vary most. Pixels are at
/// 0-255 scale throughout.
///
/// ```
/// use pca::{Centering, Pca};
/// use tch::Tensor;
///
/// // Four images of three pixels that vary along one direction only.
/// let images = [0u8, 0, 9, 2, 2, 9, 4, 4, 9, 6, 6, 9];
/// let pca = Pca::fit(&images, 3, 1)?;
/// let x = Tensor::from_slice(&images).view([4, 3]);
/// let codes = pca.project(&x, Centering::Subtract)?; // [4, 1]
/// let reconstructions = pca.reconstruct(&codes, Centering::Subtract)?; // [4, 3]
/// assert!(reconstructions.allclose(&x.to_kind(tch::Kind::Double), 1e-9, 1e-9, false));
/// # Ok::<(), pca::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Pca {
    /// `[D]`, 0-255.
    pub(crate) mean: Vec<f64>,
    /// `[K, D]`, row-major, rows of length 1.
    pub(crate) components: Vec<f64>,
    /// `[K]`, descending, over n - 1, in squared units of 0-255.
    pub(crate) explained_variance: Vec<f64>,
    /// The variance of all D pixels together, in the same units.
    pub(crate) total_variance: f64,
}

/// What is done with the mean image in a projection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Centering {
    /// It is subtracted before the projection and added after the reconstruction: proper PCA.
    Subtract,
    /// It is not subtracted: x V V^T, as the assignment's notebook did.
    None,
}

impl Pca {
    /// Fits `components` components to `images`: images of `pixels` bytes each, one after the
    /// other.
    ///
    /// The components are the eigenvectors of the covariance, by descending eigenvalue. The sign of a
    /// vector is arbitrary; here its entry of largest magnitude is positive. The covariance is
    /// computed on rayon's threads and is bit-identical on any number of them; the last bits of the
    /// eigenvectors depend on the number of threads that libtorch uses. Fewer images than pixels are
    /// fitted by libtorch alone, in a matrix of their number squared.
    ///
    /// # Errors
    /// [`Error::Components`] unless `components` is from 1 to `pixels`, [`Error::PartialImage`],
    /// [`Error::TooFewImages`] below 2, [`Error::Decomposition`].
    pub fn fit(images: &[u8], pixels: usize, components: usize) -> Result<Self, Error> {
        check(images.len(), pixels, components)?;
        if images.len() / pixels < pixels {
            return Pca::of_few(&Tensor::from_slice(images), pixels, 1.0, components);
        }
        let moments = Moments::of_images(images, pixels);
        Pca::of_covariance(moments.mean(), &moments.covariance(), components)
    }

    /// Like [`Pca::fit`], for images of floats at 0-1 scale; the model is at 0-255 scale all the same.
    /// The covariance is summed in `f64` by libtorch on the calling thread.
    ///
    /// # Errors
    /// As for [`Pca::fit`].
    pub fn fit_unit(images: &[f32], pixels: usize, components: usize) -> Result<Self, Error> {
        check(images.len(), pixels, components)?;
        if images.len() / pixels < pixels {
            return Pca::of_few(
                &Tensor::from_slice(images),
                pixels,
                floats::SCALE,
                components,
            );
        }
        let (mean, covariance) = floats::mean_and_covariance(images, pixels);
        Pca::of_covariance(mean, &covariance, components)
    }

    /// The first `components` components of `images`, fewer than `pixels`, which `scale` brings to
    /// 0-255.
    fn of_few(
        images: &Tensor,
        pixels: usize,
        scale: f64,
        components: usize,
    ) -> Result<Self, Error> {
        let images = images.view([-1, pixels as i64]).to_kind(Kind::Double) * scale;
        let mean = images.mean_dim([0].as_slice(), false, Kind::Double);
        let centered = images - &mean;
        let eigen = gram::of_centered(&centered, components)?;
        let squares = centered.square().sum(Kind::Double).double_value(&[]);
        Ok(Pca {
            mean: Vec::try_from(mean).expect("rank 1 in f64"),
            components: eigen.vectors,
            explained_variance: eigen.values,
            total_variance: squares / (centered.size()[0] - 1) as f64,
        })
    }

    /// The first `components` components of images with this mean, `[D]`, and this covariance,
    /// `[D, D]`.
    fn of_covariance(mean: Vec<f64>, covariance: &[f64], components: usize) -> Result<Self, Error> {
        let pixels = mean.len();
        let eigen = Eigen::of_symmetric(covariance, pixels)?;
        Ok(Pca {
            mean,
            components: eigen.vectors[..components * pixels].to_vec(),
            // Rounding can make a variance of zero negative.
            explained_variance: eigen.values[..components]
                .iter()
                .map(|v| v.max(0.0))
                .collect(),
            total_variance: covariance.iter().step_by(pixels + 1).sum(),
        })
    }

    /// The same fit with its first `components` components only.
    ///
    /// # Errors
    /// [`Error::Components`] unless `components` is from 1 to K.
    pub fn truncated(&self, components: usize) -> Result<Self, Error> {
        let max = self.explained_variance.len();
        if !(1..=max).contains(&components) {
            return Err(Error::Components {
                max,
                found: components,
            });
        }
        Ok(Pca {
            mean: self.mean.clone(),
            components: self.components[..components * self.mean.len()].to_vec(),
            explained_variance: self.explained_variance[..components].to_vec(),
            total_variance: self.total_variance,
        })
    }

    /// Mean image, `[D]`.
    pub fn mean(&self) -> &[f64] {
        &self.mean
    }

    /// The components, each of length 1: `[K, D]` in row-major order.
    pub fn components(&self) -> &[f64] {
        &self.components
    }

    /// Variance of the fitted images along each component, over n - 1, at 0-255 scale, descending:
    /// `[K]`.
    pub fn explained_variance(&self) -> &[f64] {
        &self.explained_variance
    }

    /// [`Pca::explained_variance`] as shares of the total variance of all D pixels, `[K]`; zeros
    /// if the fitted images are all the same.
    pub fn explained_variance_ratio(&self) -> Vec<f64> {
        let share = |&variance: &f64| {
            if self.total_variance > 0.0 {
                variance / self.total_variance
            } else {
                0.0
            }
        };
        self.explained_variance.iter().map(share).collect()
    }

    /// The codes of images `x`, `[N, D]` of any kind at 0-255 scale: `[N, K]` in `f64` on the CPU.
    ///
    /// # Errors
    /// [`Error::Shape`].
    pub fn project(&self, x: &Tensor, centering: Centering) -> Result<Tensor, Error> {
        let x = matrix(x, self.mean.len())?;
        let x = match centering {
            Centering::Subtract => x - Tensor::from_slice(&self.mean),
            Centering::None => x,
        };
        Ok(x.matmul(&self.rows().transpose(0, 1)))
    }

    /// The images of codes, `[N, K]` of any kind: `[N, D]` in `f64` on the CPU, at 0-255 scale.
    /// `centering` must be that of the projection.
    ///
    /// # Errors
    /// [`Error::Shape`].
    pub fn reconstruct(&self, code: &Tensor, centering: Centering) -> Result<Tensor, Error> {
        let images = matrix(code, self.explained_variance.len())?.matmul(&self.rows());
        Ok(match centering {
            Centering::Subtract => images + Tensor::from_slice(&self.mean),
            Centering::None => images,
        })
    }

    /// Squared error of the centered reconstructions of images `x`, `[N, D]` of any kind at 0-255
    /// scale, with the first 1, 2, ... K components: summed over the pixels, averaged over the
    /// images, `[K]`. NaN without images.
    ///
    /// Components are orthonormal, so each reduces an image's squared distance from the mean by the
    /// square of its code: nothing is reconstructed.
    ///
    /// # Errors
    /// [`Error::Shape`].
    pub fn errors_by_components(&self, x: &Tensor) -> Result<Vec<f64>, Error> {
        let centered = matrix(x, self.mean.len())? - Tensor::from_slice(&self.mean);
        let distance = centered.square().sum(Kind::Double) / centered.size()[0];
        let codes = centered.matmul(&self.rows().transpose(0, 1));
        let explained = codes
            .square()
            .mean_dim([0].as_slice(), false, Kind::Double)
            .cumsum(0, Kind::Double);
        Ok(Vec::try_from(distance - explained).expect("rank 1 in f64"))
    }

    /// The components as a tensor, `[K, D]`.
    fn rows(&self) -> Tensor {
        Tensor::from_slice(&self.components).view([-1, self.mean.len() as i64])
    }
}

/// Checks that `numbers` numbers are at least two images of `pixels` each, and have as many
/// components.
fn check(numbers: usize, pixels: usize, components: usize) -> Result<(), Error> {
    if !(1..=pixels).contains(&components) {
        return Err(Error::Components {
            max: pixels,
            found: components,
        });
    }
    if !numbers.is_multiple_of(pixels) {
        return Err(Error::PartialImage { pixels, numbers });
    }
    match numbers / pixels {
        found @ 0..2 => Err(Error::TooFewImages { found }),
        _ => Ok(()),
    }
}

/// `tensor` in `f64` on the CPU, if its shape is `[N, width]`.
fn matrix(tensor: &Tensor, width: usize) -> Result<Tensor, Error> {
    let shape = tensor.size();
    if shape.len() != 2 || shape[1] != width as i64 {
        return Err(Error::Shape {
            width,
            found: shape,
        });
    }
    Ok(tensor.to_device(Device::Cpu).to_kind(Kind::Double))
}

#[cfg(test)]
mod tests {
    use rand::{Rng, SeedableRng, rngs::StdRng};

    use super::*;

    #[test]
    fn few_images_have_the_components_of_their_covariance() {
        let (count, pixels) = (20, 64);
        let mut images = vec![0; count * pixels];
        StdRng::seed_from_u64(5).fill_bytes(&mut images);
        // Beyond the 19 directions of 20 images there is no variance.
        let components = 30;
        let rank = count - 1;
        let moments = Moments::of_images(&images, pixels);
        let expected =
            Pca::of_covariance(moments.mean(), &moments.covariance(), components).unwrap();
        let found = Pca::fit(&images, pixels, components).unwrap();
        assert_eq!(found.mean, expected.mean);
        let is_close = |a: f64, b: f64| (a - b).abs() < 1e-9 * b.abs();
        assert!(is_close(found.total_variance, expected.total_variance));
        let variances = [&found, &expected].map(|pca| &pca.explained_variance);
        for (a, b) in variances[0].iter().zip(variances[1]).take(rank) {
            assert!(is_close(*a, *b), "{a}, {b}");
        }
        assert_eq!(variances[0][rank..], [0.0; 11]);
        let close = |a: &Tensor, b: &Tensor| a.allclose(b, 0.0, 1e-9, false);
        let [rows, expected] = [&found, &expected].map(|pca| pca.rows());
        let rank = rank as i64;
        // With their signs.
        assert!(close(
            &rows.narrow(0, 0, rank),
            &expected.narrow(0, 0, rank)
        ));
        let products = rows.matmul(&rows.transpose(0, 1));
        let identity = Tensor::eye(components as i64, (Kind::Double, Device::Cpu));
        assert!(close(&products, &identity));
    }
}
