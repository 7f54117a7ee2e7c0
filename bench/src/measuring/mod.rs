//! Measurements of this project and of PyTorch.

pub mod environment;
mod epochs;
pub mod pytorch;
pub mod train_runner;
