//! `evaluation.json`: what was measured on a trained model.

use image_metrics::Scores;
use serde::{Deserialize, Serialize};

use super::{health::Health, measures::Measures, training::TrainingRecord};
use crate::{json::leaves, protocol::Protocol};

/// `evaluation.json`: every number measured on one trained model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// The experiment's id.
    pub experiment: String,
    /// What the notebook computed; absent with other images than the assignment's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignment: Option<AssignmentEvaluation>,
    /// The same model, measured properly.
    pub corrected: CorrectedEvaluation,
    /// What the assignment's claims are tested by.
    pub measures: Measures,
    /// Whether the model is alive.
    pub health: Health,
    /// For PCA, the share of the total variance that each kept component explains, largest first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explained_variance_ratio: Option<Vec<f64>>,
    /// What happened in the training; `None` for PCA.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub training: Option<TrainingRecord>,
}

impl Evaluation {
    /// The squared error of each of the test samples, summed over the pixels, at 0-1 scale; empty
    /// under a protocol that was not measured.
    pub fn sample_errors(&self, protocol: Protocol) -> Vec<f64> {
        match protocol {
            Protocol::Assignment => {
                let samples = self.assignment.iter().flat_map(|a| &a.samples);
                samples.map(|sample| sample.squared_error).collect()
            }
            Protocol::Corrected => {
                let samples = &self.corrected.samples;
                samples.iter().map(|sample| sample.scores.sse).collect()
            }
        }
    }

    /// The mean of [`Evaluation::sample_errors`]; `None` without samples.
    pub fn mean_sample_error(&self, protocol: Protocol) -> Option<f64> {
        let errors = self.sample_errors(protocol);
        (!errors.is_empty()).then(|| errors.iter().sum::<f64>() / errors.len() as f64)
    }

    /// The path in `evaluation.json` of the first number that is infinite or NaN, which JSON cannot
    /// hold. Only a PSNR may be absent.
    pub fn first_non_finite(&self) -> Option<String> {
        let json = serde_json::to_value(self).expect("an evaluation has string keys only");
        let found = leaves(&json)
            .into_iter()
            .find(|(path, leaf)| leaf.is_null() && !path.ends_with(".psnr"));
        found.map(|(path, _)| path)
    }
}

/// Numbers under [`Protocol::Assignment`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AssignmentEvaluation {
    /// The ten test samples, in order.
    pub samples: Vec<NotebookError>,
    /// Fashion-MNIST test image 10: mean squared error at 0-255 scale.
    pub fashion_mse: f64,
    /// The random image: squared error as in [`NotebookError::squared_error`].
    pub random_squared_error: f64,
    /// Sample 5 with noise added to its 0-255 pixels: the squared error at each of
    /// [`crate::INPUT_NOISE_LEVELS`], against the clean image.
    pub noisy_squared_error: Vec<f64>,
}

/// The notebook's numbers for one test image.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NotebookError {
    /// Index in the MNIST test set.
    pub test_index: usize,
    /// Sum over the 784 pixels of ((x - x_hat) / 255)^2, x at 0-255 scale.
    pub squared_error: f64,
    /// Convolutional models only: the sum of all entries of the matrix product A A, with A the
    /// 28 x 28 residual (x - x_hat) / 255. The notebook called it the reconstruction error, although
    /// it can be negative.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_error: Option<f64>,
}

/// Numbers under [`Protocol::Corrected`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CorrectedEvaluation {
    /// The test samples, in order.
    pub samples: Vec<SampleScores>,
    /// The whole test set, averaged over its images.
    pub test: Scores,
    /// Fashion-MNIST test image 10; absent of other experiments than the assignment's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fashion: Option<Scores>,
    /// The random image.
    pub random: Scores,
    /// Sample 5 (of fewer samples, the last) with noise added to its 0-1 pixels: the scores at each of
    /// [`crate::INPUT_NOISE_LEVELS`], against the clean image.
    pub noisy: Vec<Scores>,
    /// The first two test images, reconstructed from a code with noise added: for each of
    /// [`crate::CODE_NOISE_FIGURE_IMAGES`], the scores at each of [`crate::CODE_NOISE_LEVELS`].
    pub code_noise: Vec<Vec<Scores>>,
}

/// The scores of one test image.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SampleScores {
    /// Index in the test set.
    pub test_index: usize,
    /// How close its reconstruction is.
    #[serde(flatten, with = "SampleFields")]
    pub scores: Scores,
}

/// [`Scores`] as the samples of `evaluation.json` name them: like the other protocol, these call the
/// SSE `squared_error`.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Scores")]
struct SampleFields {
    #[serde(rename = "squared_error")]
    sse: f64,
    mse: f64,
    psnr: Option<f64>,
    ssim: f64,
}
