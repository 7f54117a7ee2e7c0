//! What an experiment is, and what it leaves behind.
//!
//! - [`Experiment`]: the settings, as a user writes them in a JSON or TOML file.
//! - [`assignment`]: the seventeen experiments of the assignment, and their quick version.
//! - [`RunFolder`]: where every result is saved; the only thing that passes from `train` to `viz`.
//! - [`Evaluation`], [`Metric`], [`RunRecord`]: the records in it.
//!
//! Nothing here needs libtorch, so a run folder can be read by a small program.
//!
//! Layers: run_folder -> {settings, records} -> {json, protocol} -> error
//!
//! ```
//! use experiment::{Metric, RunFolder, assignment};
//!
//! let folder = tempfile::tempdir()?;
//! let run = RunFolder::new(folder.path());
//! let _lock = run.lock()?;
//! let settings = &assignment::quick(12)[0];
//! let results = run.experiment(&settings.id);
//! results.write_settings(settings)?;
//! results.write_metrics(&[Metric::Step { step: 1, epoch: 1, loss: 0.5, parts: None }])?;
//! assert_eq!(run.ids()?, [settings.id.as_str()]);
//! assert!(results.evaluation()?.is_none()); // not evaluated yet
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![deny(missing_docs)]

mod error;
pub mod json;
mod protocol;
mod records;
mod run_folder;
mod settings;

pub use error::Error;
pub use image_metrics::{ScoreColumn, Scores};
pub use protocol::{
    CODE_GRID_SIDE, CODE_NOISE_DRAWS, CODE_NOISE_FIGURE_IMAGES, CODE_NOISE_LEVELS,
    CODE_NOISE_MEASURED, CODE_NOISE_MEASURED_IMAGES, CORRELATION_IMAGES, EARLIER_CODE_NOISE_LEVELS,
    EXTREME_IMAGES, FASHION_SAMPLE, FIRST_SAMPLE, IMAGE_SIDE, INPUT_NOISE_LEVELS,
    INTERPOLATION_PAIRS, INTERPOLATION_STEPS, MAX_COMPONENTS, MAX_TRAINING_IMAGES_MEASURED, PIXELS,
    Protocol, RANDOM_IMAGES, REFERENCE_IMAGES, SAMPLE_5, SAMPLE_COUNT, SHOWN_CODES, SHOWN_IMAGES,
    TEST_NOISE_LEVELS, shown_images,
};
pub use records::{
    AssignmentEvaluation, ClassError, CodeNoise, CorrectedEvaluation, DataRecord, Evaluation,
    Failure, Fault, Health, HeldOutErrors, ImageError, LossParts, Machine, Measures, Metric,
    NotebookError, PlanRecord, RunRecord, SampleScores, TrainingRecord,
};
pub use run_folder::{ExperimentFolder, MetricsLog, RunFolder, arrays, metrics_sha256};
pub use settings::{
    Activation, Augmentation, Averaging, Block, ConvolutionalSpec, Corruption, Data, Decoder,
    DenseSpec, EarlyStopping, Experiment, Initialization, Layer, Loss, Method, ModelSpec, Norm,
    Operation, Optimizer, Part, SavedModel, Schedule, Setting, Shape, Sparsity, Training,
    Validation, Variational, Window, assignment, nearest, read_experiments, schema, thousands,
};

/// Exit status of `train run` when some experiments failed and the others are complete.
pub const SOME_FAILED: u8 = 3;
