//! What an experiment is, and what it leaves behind.
//!
//! - [`Experiment`]: the settings, as a user writes them in a JSON file.
//! - [`assignment`]: the seventeen experiments of the assignment, and their quick version.
//! - [`RunFolder`]: where every result lies; the only thing that passes from `train` to `viz`.
//! - [`Evaluation`], [`Metric`], [`RunRecord`]: the records in it.
//!
//! Nothing here needs libtorch, so whoever has a run folder can read it in a small program.

#![deny(missing_docs)]

pub mod arrays;
mod error;
mod evaluation;
mod experiment_folder;
mod files;
mod health;
pub mod json;
mod measures;
mod metrics;
mod metrics_log;
mod run_folder;
mod run_record;
mod seal;
mod settings;

pub use error::Error;
pub use evaluation::{
    AssignmentEvaluation, CorrectedEvaluation, Evaluation, NotebookError, Protocol, SampleScores,
};
pub use experiment_folder::ExperimentFolder;
pub use health::{Fault, Health};
pub use image_metrics::Scores;
pub use measures::{CodeNoise, Measures};
pub use metrics::Metric;
pub use metrics_log::{MetricsLog, metrics_sha256};
pub use run_folder::RunFolder;
pub use run_record::{Machine, RunRecord};
pub use settings::{
    Activation, Augmentation, ConvolutionalSpec, Corruption, Decoder, DenseSpec, Experiment, Layer,
    Loss, Method, ModelSpec, Operation, Optimizer, Part, Schedule, Setting, Shape, Training,
    Window, assignment, read_experiments,
};

/// Exit status of `train run` when some experiments failed and the others are complete.
pub const SOME_FAILED: u8 = 3;
/// Rows and columns of an image.
pub const IMAGE_SIDE: usize = 28;
/// Pixels of an image: the width of every model's input and output.
pub const PIXELS: usize = IMAGE_SIDE * IMAGE_SIDE;
/// Index in the MNIST test set of the first of the assignment's ten test samples.
pub const FIRST_SAMPLE: usize = 9705;
/// How many test samples the assignment shows.
pub const SAMPLES: usize = 10;
/// "Sample 5" of the assignment, as an index into the ten samples: test image 9710.
pub const SAMPLE_5: usize = 5;
/// Index of the garment in the Fashion-MNIST test set.
pub const FASHION_SAMPLE: usize = 10;
/// Standard deviations of the noise added to inputs, at 0-1 scale.
pub const INPUT_NOISE_LEVELS: [f64; 4] = [0.3, 0.5, 0.8, 0.9];
/// Standard deviations of the noise added to the whole test set, at 0-1 scale.
pub const TEST_NOISE_LEVELS: [f64; 5] = [0.0, 0.3, 0.5, 0.8, 0.9];
/// How many random images the detector is tried on.
pub const RANDOM_IMAGES: usize = 1000;
/// Standard deviations of the noise on codes whose effect is measured.
pub const CODE_NOISE_MEASURED: [f64; 7] = [0.0, 0.5, 2.0, 5.0, 7.0, 8.0, 10.0];
/// Test images whose codes the noise is added to.
pub const CODE_NOISE_IMAGES: usize = 100;
/// Draws of noise for each image and level.
pub const CODE_NOISE_DRAWS: usize = 64;
/// Training images among which the nearest is looked for.
pub const REFERENCE_IMAGES: usize = 2000;
/// Test images whose correlation of neighbouring pixels is measured.
pub const CORRELATION_IMAGES: usize = 1000;
/// The most components at which the error of PCA is measured.
pub const MOST_COMPONENTS: usize = 256;
/// Standard deviations of the noise added to codes, in the assignment's figure.
pub const CODE_NOISE_LEVELS: [f64; 4] = [0.5, 5.0, 7.0, 10.0];
