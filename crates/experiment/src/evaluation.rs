use image_metrics::Scores;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Health, Measures};

/// Which of the two ways of evaluating a figure comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// The notebook's way, faults included: the raw 0-255 image is fed to a model that was
    /// trained on 0-1 pixels, and PCA projects without subtracting the mean.
    Assignment,
    /// 0-1 pixels, as in training; PCA subtracts the mean.
    Corrected,
}

impl Protocol {
    /// Both, in the order of a report.
    pub const ALL: [Protocol; 2] = [Protocol::Assignment, Protocol::Corrected];

    /// Its name in files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Protocol::Assignment => "assignment",
            Protocol::Corrected => "corrected",
        }
    }

    /// The value of a white pixel: 255 or 1.
    pub fn white(self) -> f64 {
        match self {
            Protocol::Assignment => 255.0,
            Protocol::Corrected => 1.0,
        }
    }
}

/// `evaluation.json`: every number measured on one trained model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// The experiment's id.
    pub experiment: String,
    /// What the notebook computed.
    pub assignment: AssignmentEvaluation,
    /// The same model, measured properly.
    pub corrected: CorrectedEvaluation,
    /// What the assignment's claims are tested by.
    pub measures: Measures,
    /// Whether the model is alive.
    pub health: Health,
    /// For PCA, the share of the total variance that each kept component explains, largest first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explained_variance_ratio: Option<Vec<f64>>,
}

impl Evaluation {
    /// The first number that is infinite or none, by its path in `evaluation.json`, which cannot
    /// hold it. Only a PSNR may be absent.
    pub fn not_finite(&self) -> Option<String> {
        let json = serde_json::to_value(self).expect("an evaluation has string keys only");
        first_null("", &json)
    }
}

fn first_null(path: &str, value: &Value) -> Option<String> {
    match value {
        Value::Null if path.ends_with("/psnr") => None,
        Value::Null => Some(path.to_owned()),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .find_map(|(index, item)| first_null(&format!("{path}/{index}"), item)),
        Value::Object(fields) => fields
            .iter()
            .find_map(|(name, field)| first_null(&format!("{path}/{name}"), field)),
        _ => None,
    }
}

/// Figures under [`Protocol::Assignment`].
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

/// The notebook's figures for one test image.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NotebookError {
    /// Index in the MNIST test set.
    pub test_index: usize,
    /// Sum over the 784 pixels of ((x - x_hat) / 255)^2, x at 0-255 scale.
    pub squared_error: f64,
    /// Convolutional models only: the sum of all entries of A A, with A the 28 x 28 residual
    /// (x - x_hat) / 255. The notebook called it the reconstruction error; it has a sign, so it
    /// is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_error: Option<f64>,
}

/// Figures under [`Protocol::Corrected`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CorrectedEvaluation {
    /// The ten test samples, in order.
    pub samples: Vec<SampleScores>,
    /// The whole MNIST test set, averaged over its images.
    pub test: Scores,
    /// Fashion-MNIST test image 10.
    pub fashion: Scores,
    /// The random image.
    pub random: Scores,
    /// Sample 5 with noise added to its 0-1 pixels: the scores at each of
    /// [`crate::INPUT_NOISE_LEVELS`], against the clean image.
    pub noisy: Vec<Scores>,
    /// The first two test images, reconstructed from a code with noise added: for each image, the
    /// scores at each of [`crate::CODE_NOISE_LEVELS`].
    pub code_noise: Vec<Vec<Scores>>,
}

/// The scores of one test image.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SampleScores {
    /// Index in the MNIST test set.
    pub test_index: usize,
    /// Sum over the 784 pixels of (x - x_hat)^2 at 0-1 scale: [`Scores::sse`] under the name that
    /// the other protocol gives it.
    pub squared_error: f64,
    /// As in [`Scores`].
    pub mse: f64,
    /// As in [`Scores`].
    pub psnr: Option<f64>,
    /// As in [`Scores`].
    pub ssim: f64,
}
