//! Tests of the benchmark without `train`; those with it are end-to-end tests.

mod environment;
mod measuring;
mod program;
mod report;
