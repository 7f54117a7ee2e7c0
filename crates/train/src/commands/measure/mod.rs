//! `train measure`: what `cargo xtask bench` cannot measure from outside.

mod rates;

use std::{path::PathBuf, process::ExitCode, time::Instant};

use anyhow::Context;
use pca::Pca;
use serde_json::json;
use train::data::{MNIST_TEST, MNIST_TRAINING, load_set};

use super::{arguments::FETCH_DATA, terminal::print_line};

/// Components of the PCA.
const COMPONENTS: usize = 30;

#[derive(clap::Args)]
pub struct Arguments {
    /// Folder of the data sets.
    #[arg(long, value_name = "DIR", default_value = "data")]
    data: PathBuf,
    /// Threads that compute at the same time, where rates are measured side by side.
    #[arg(long, value_name = "N", default_value_t = 1,
          value_parser = clap::value_parser!(u16).range(1..))]
    jobs: u16,
}

/// Prints the measures as JSON.
pub fn measure(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let start = Instant::now();
    let (training, test) = rayon::join(
        || load_set(&arguments.data, MNIST_TRAINING),
        || load_set(&arguments.data, MNIST_TEST),
    );
    test.context(FETCH_DATA)?;
    let training = training.context(FETCH_DATA)?;
    let read_seconds = start.elapsed().as_secs_f64();

    let start = Instant::now();
    let pca = Pca::fit(training.images(), training.pixels(), COMPONENTS)?;
    let pca_seconds = start.elapsed().as_secs_f64();

    let jobs = arguments.jobs.into();
    let measures = json!({
        "read_seconds": read_seconds,
        "pca_seconds": pca_seconds,
        "explained_variance": pca.explained_variance(),
        "peak_gflops": rates::peak(1),
        "peak_gflops_side_by_side": rates::peak(jobs),
        "libtorch_gflops": rates::libtorch_product(1),
        "libtorch_gflops_side_by_side": rates::libtorch_product(jobs),
        "faer_gflops": rates::faer_product(1),
        "faer_gflops_side_by_side": rates::faer_product(jobs),
    });
    print_line(measures)?;
    Ok(ExitCode::SUCCESS)
}
