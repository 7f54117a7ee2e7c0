//! The data sets, the images that evaluations show to models, and the training images as batches.

mod augmentation;
mod batches;
mod corruption;
mod data_set;
mod datasets;
mod evaluation_images;
#[cfg(test)]
mod golden;
mod held_out;
mod image_file;
mod images;
mod order;
mod own_images;
mod training_images;
mod training_set;

pub use batches::{Batch, Epoch};
pub use data_set::{DataSet, title};
pub use datasets::{Datasets, MNIST_TEST, MNIST_TRAINING, load_set};
pub use evaluation_images::{EvaluationImages, FashionImages};
pub(crate) use held_out::TrainingSplit;
pub use image_file::ImageFile;
pub(crate) use images::nonzero_pixels;
pub use images::{Images, LabeledImages, Pixels};
pub use own_images::scaled_values;
pub use training_images::{Chosen, TrainingImages};
pub use training_set::TrainingSet;
