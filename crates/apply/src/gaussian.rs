//! What new codes are drawn from: the prior of a variational model, or a Gaussian of codes.

use rand_chacha::ChaCha8Rng;
use tch::{Kind, Tensor};
use train::random::normal;

use crate::{Error, Images, TrainedModel};

/// The maximum number of images whose codes a Gaussian is fitted to.
const MAX_IMAGES: usize = 10_000;

/// What new codes are drawn from.
#[derive(Debug)]
pub enum CodeDistribution {
    /// N(0, 1) for each number, to which variational training kept the codes near.
    Prior,
    /// The Gaussian with the mean, `[U]`, and the covariance of codes, `[N, U]`.
    Fitted {
        /// The mean of the codes, `[U]`.
        mean: Tensor,
        /// The codes less their mean, over the root of N - 1, `[N, U]`: its square is the covariance.
        centered: Tensor,
        /// What texts call the images.
        images: String,
    },
}

impl CodeDistribution {
    /// The Gaussian of the codes of `images`, of the first 10,000 of more; of at least two.
    ///
    /// # Errors
    /// Images that cannot be read.
    pub fn fit(model: &TrainedModel, images: &Images) -> Result<Self, Error> {
        let mut codes = Vec::new();
        images.batches(MAX_IMAGES, |batch| {
            codes.push(model.encode(&batch.images));
            Ok(())
        })?;
        let codes = Tensor::cat(&codes, 0).to_kind(Kind::Double);
        let mean = codes.mean_dim([0].as_slice(), false, Kind::Double);
        let count = codes.size()[0];
        // A single image has no covariance, and its code is all that is drawn.
        let scale = ((count - 1).max(1) as f64).sqrt();
        Ok(CodeDistribution::Fitted {
            centered: (codes - &mean) / scale,
            mean,
            images: format!("{count} images ({})", images.name()),
        })
    }

    /// `count` codes of `size` numbers, `[count, size]`.
    pub fn draw(&self, count: usize, size: usize, rng: &mut ChaCha8Rng) -> Tensor {
        match self {
            CodeDistribution::Prior => normal(rng, &[count as i64, size as i64]),
            // A sum of the centered codes with weights from N(0, 1) has their covariance.
            CodeDistribution::Fitted { mean, centered, .. } => {
                let weights = normal(rng, &[count as i64, centered.size()[0]]);
                let codes = weights.to_kind(Kind::Double).matmul(centered) + mean;
                codes.to_kind(Kind::Float)
            }
        }
    }

    /// Its name.
    pub fn describe(&self) -> String {
        match self {
            CodeDistribution::Prior => "the prior N(0, 1) of the variational code".to_owned(),
            CodeDistribution::Fitted { images, .. } => {
                format!("a Gaussian with the mean and covariance of the codes of {images}")
            }
        }
    }
}
