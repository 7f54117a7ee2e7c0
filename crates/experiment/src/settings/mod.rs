//! What an experiment is: everything that its result depends on, besides the data.
//!
//! An experiment is data. The assignment is a list of experiments ([`assignment`]), and so is its
//! quick version; no function has a flag for either. Corruption, augmentation and sparsity belong
//! to the training, not to the model: the deep, standard, sparse, denoising and manifold models of
//! the assignment are one type with other widths. Every setting but the id and the strength of a
//! corruption or augmentation has a default that `Default` and JSON share, so a literal or a file
//! names only what differs.

mod activation;
pub mod assignment;
mod augmentation;
mod bounds;
mod convolutional;
mod corruption;
mod dense;
mod describe;
mod difference;
mod experiment;
mod file;
mod layer;
mod loss;
mod method;
mod model;
mod optimizer;
mod schedule;
mod training;

pub use activation::Activation;
pub use augmentation::Augmentation;
pub use convolutional::{ConvolutionalSpec, Decoder};
pub use corruption::Corruption;
pub use dense::DenseSpec;
pub use describe::Setting;
pub use experiment::Experiment;
pub use file::read_experiments;
pub use layer::{Layer, Operation, Part, Shape, Window};
pub use loss::Loss;
pub use method::Method;
pub use model::ModelSpec;
pub use optimizer::Optimizer;
pub use schedule::Schedule;
pub use training::Training;
