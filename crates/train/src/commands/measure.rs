//! `train measure`: what `cargo xtask bench` cannot measure from outside.

use std::{path::PathBuf, process::ExitCode, sync::Barrier, thread, time::Instant};

use anyhow::Context;
use mnist_io::Dataset;
use pca::Pca;
use serde_json::json;
use tch::{Device, Kind, Tensor};
use train::run::device::prepare_thread;

use crate::{commands::data_argument::FETCH_DATA, print};

/// Rows and columns of the matrices: large enough for the processor's full speed.
const SIDE: i64 = 2048;
/// Products that count, after one to warm up.
const PRODUCTS: u32 = 5;
/// Components of the PCA.
const COMPONENTS: usize = 30;

#[derive(clap::Args)]
pub struct Arguments {
    /// Folder of the data sets.
    #[arg(long, value_name = "DIR", default_value = "data")]
    data: PathBuf,
    /// Threads that multiply matrices of their own at once.
    #[arg(long, value_name = "N", default_value_t = 1,
          value_parser = clap::value_parser!(u16).range(1..))]
    jobs: u16,
}

/// Prints the measures as JSON.
pub fn measure(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let start = Instant::now();
    let training = read(arguments).context(FETCH_DATA)?;
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
    print(measures)?;
    Ok(ExitCode::SUCCESS)
}

/// MNIST's training and test set, of which the first is given back.
fn read(arguments: &Arguments) -> Result<Dataset, mnist_io::Error> {
    let load = |part: &str| {
        let file = |kind| arguments.data.join(format!("mnist/{part}-{kind}-ubyte.gz"));
        Dataset::load(&file("images-idx3"), &file("labels-idx1"))
    };
    let (training, test) = rayon::join(|| load("train"), || load("t10k"));
    test?;
    training
}

/// 10^9 operations a second of matrix products in 32 bits, of `threads` threads with matrices of
/// their own added up: the rate that training is compared with.
fn matmul_gflops(threads: usize) -> f64 {
    let barrier = Barrier::new(threads);
    let multiply = || {
        prepare_thread(1);
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
        let started: Vec<_> = (0..threads).map(|_| scope.spawn(multiply)).collect();
        let rates = started.into_iter().map(|thread| thread.join());
        rates.map(|rate| rate.expect("square matrices")).sum()
    })
}
