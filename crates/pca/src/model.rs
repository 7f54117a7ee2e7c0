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
    /// eigenvectors depend on the number of threads that libtorch uses. Of fewer images than pixels,
    /// the products of the images with each other are decomposed instead, which gives the same.
    ///
    /// # Errors
    /// [`Error::Components`] unless `components` is from 1 to `pixels`, [`Error::PartialImage`],
    /// [`Error::TooFewImages`] below 2, [`Error::Decomposition`].
    pub fn fit(images: &[u8], pixels: usize, components: usize) -> Result<Self, Error> {
        check(images.len(), pixels, components)?;
        if images.len() / pixels < pixels {
            return Pca::of_few(&Tensor::from_slice(images), pixels, components);
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
            let images = Tensor::from_slice(images).to_kind(Kind::Double) * floats::SCALE;
            return Pca::of_few(&images, pixels, components);
        }
        let (mean, covariance) = floats::mean_and_covariance(images, pixels);
        Pca::of_covariance(mean, &covariance, components)
    }

    /// The first `components` components of fewer images than pixels, `[N D]` of any kind at 0-255
    /// scale.
    fn of_few(images: &Tensor, pixels: usize, components: usize) -> Result<Self, Error> {
        let images = images.to_kind(Kind::Double).view([-1, pixels as i64]);
        let mean = images.mean_dim([0].as_slice(), false, Kind::Double);
        let centered = images - &mean;
        let (explained_variance, vectors) = gram::eigen(&centered, components)?;
        let total = centered.square().sum(Kind::Double) / (centered.size()[0] - 1);
        Ok(Pca {
            mean: Vec::try_from(mean).map_err(Error::Decomposition)?,
            components: vectors,
            explained_variance,
            total_variance: total.double_value(&[]),
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
