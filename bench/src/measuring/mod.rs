//! Measurements of this project and of PyTorch.

pub mod environment;
mod epochs;
pub mod pytorch;
mod train_run;
pub mod train_runner;
