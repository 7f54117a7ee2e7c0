//! `train measure`: what `cargo xtask bench` cannot measure from outside.

use std::{path::PathBuf, process::ExitCode, sync::Barrier, thread, time::Instant};

use anyhow::Context;
use pca::Pca;
use serde_json::json;
use tch::{Device, Kind, Tensor};
use train::{
    data::{MNIST_TEST, MNIST_TRAINING, load_set},
    run::device::prepare_thread,
};

use super::{data_argument::FETCH_DATA, terminal::print_line};

/// Rows and columns of the matrices: large enough for the processor's full speed.
const SIDE: i64 = 2048;
/// Products that are timed, after one to warm up.
const PRODUCTS: u32 = 5;
/// Components of the PCA.
const COMPONENTS: usize = 30;

#[derive(clap::Args)]
pub struct Arguments {
    /// Folder of the data sets.
    #[arg(long, value_name = "DIR", default_value = "data")]
    data: PathBuf,
    /// Threads that multiply matrices at the same time.
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

    let measures = json!({
        "read_seconds": read_seconds,
        "pca_seconds": pca_seconds,
        "explained_variance": pca.explained_variance(),
        "matmul_gflops": matmul_gflops(1),
        "matmul_gflops_side_by_side": matmul_gflops(arguments.jobs.into()),
    });
    print_line(measures)?;
    Ok(ExitCode::SUCCESS)
}

/// Speed of matrix products in 32 bits, in 10^9 operations per second summed over `threads` threads
/// that each multiply other matrices: the rate that training is compared with.
fn matmul_gflops(threads: usize) -> f64 {
    let barrier = Barrier::new(threads);
    let multiply = || {
        prepare_thread();
        let [a, b] = [(); 2].map(|()| Tensor::rand([SIDE, SIDE], (Kind::Float, Device::Cpu)));
        let mut product = a.matmul(&b);
        barrier.wait();
        let start = Instant::now();
        for _ in 0..PRODUCTS {
            product = a.matmul_out(&product, &b);
        }
        let operations = 2.0 * (SIDE as f64).powi(3) * f64::from(PRODUCTS);
        operations / 1e9 / start.elapsed().as_secs_f64()
    };
    thread::scope(|scope| {
        let handles: Vec<_> = (0..threads).map(|_| scope.spawn(multiply)).collect();
        handles
            .into_iter()
            .map(|handle| handle.join().expect("square matrices"))
            .sum()
    })
}
