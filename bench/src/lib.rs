//! The benchmark behind `cargo xtask bench`: how fast training is, beside PyTorch and beside the
//! machine's own rate of matrix products.
//!
//! Layers: command -> {comparison, scaling} -> report -> results -> measuring -> workloads -> {operations, table, samples, interrupt, files}
//!
//! [`measuring`] takes the times: of this project by running `train`, of PyTorch by
//! `bench/pytorch/measure.py`. [`comparison`] measures the models of the assignment on both sides,
//! [`scaling`] how the cost of one of them grows.
#![deny(missing_docs)]

pub mod command;
pub mod comparison;
pub mod files;
pub mod interrupt;
pub mod measuring;
pub mod operations;
pub mod report;
pub mod results;
pub mod samples;
pub mod scaling;
pub mod table;
pub mod workloads;
