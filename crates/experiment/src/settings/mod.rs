//! What an experiment is: everything that its result depends on.
//!
//! An experiment is data. The assignment is a list of experiments ([`assignment`]), and so is its
//! quick version; no function has a flag for either. Corruption, augmentation and sparsity belong
//! to the training, not to the model: the deep, standard, sparse, denoising and manifold models of
//! the assignment are one type with other widths. Every setting but the id and the strength of a
//! corruption or augmentation has a default that `Default` and JSON share, so a literal or a file
//! names only what differs.

pub mod assignment;
mod bounds;
mod data;
mod describe;
mod difference;
mod experiment;
mod file;
mod method;
mod model;
mod numbers;
mod training;

pub use data::Data;
pub use describe::{Setting, thousands};
pub use experiment::Experiment;
pub use file::{nearest, read_experiments, schema};
pub use method::Method;
pub use model::{
    Activation, Block, ConvolutionalSpec, Decoder, DenseSpec, Initialization, Layer, ModelSpec,
    Norm, Operation, Part, Shape, Variational, Window,
};
pub use training::{
    Augmentation, Averaging, Corruption, EarlyStopping, Loss, Optimizer, SavedModel, Schedule,
    Sparsity, Training, Validation,
};
