//! The rates that training is compared with: the processor's peak, and products of large matrices.
//!
//! All are in 10^9 operations of 32 bits per second, summed over threads that compute at the same
//! time and each on their own.

use std::{sync::Barrier, thread, time::Instant};

use convolution::multiply_add_gflops;
use faer::{Accum, Mat, Par, linalg::matmul::matmul};
use tch::{Device, Kind, Tensor};
use train::run::device::prepare_thread;

/// Rows and columns of the matrices: large enough for the processor's full speed.
const SIDE: usize = 2048;
/// Products that are timed, after one to warm up.
const PRODUCTS: usize = 5;

/// The peak: fused multiply-adds that never wait for memory; see [`multiply_add_gflops`].
pub fn peak(threads: usize) -> f64 {
    summed(threads, |barrier| {
        barrier.wait();
        multiply_add_gflops()
    })
}

/// Matrix products of libtorch.
pub fn libtorch_product(threads: usize) -> f64 {
    summed(threads, |barrier| {
        prepare_thread();
        let size = [SIDE as i64; 2];
        let [a, b] = [(); 2].map(|()| Tensor::rand(size, (Kind::Float, Device::Cpu)));
        let product = Tensor::zeros(size, (Kind::Float, Device::Cpu));
        products(barrier, || drop(a.matmul_out(&product, &b)))
    })
}

/// Matrix products of faer.
pub fn faer_product(threads: usize) -> f64 {
    summed(threads, |barrier| {
        let [a, b] = [3, 5].map(|step| {
            Mat::from_fn(SIDE, SIDE, |row, column| {
                (step * row + column) as f32 % 7.0 - 3.0
            })
        });
        let mut product = Mat::zeros(SIDE, SIDE);
        let mut multiply = || matmul(&mut product, Accum::Replace, &a, &b, 1.0f32, Par::Seq);
        products(barrier, &mut multiply)
    })
}

/// The rate of `multiply` on the calling thread, which begins with the other threads.
fn products(barrier: &Barrier, mut multiply: impl FnMut()) -> f64 {
    multiply();
    barrier.wait();
    let start = Instant::now();
    for _ in 0..PRODUCTS {
        multiply();
    }
    let operations = 2.0 * (SIDE as f64).powi(3) * PRODUCTS as f64;
    operations / 1e9 / start.elapsed().as_secs_f64()
}

/// The sum of the rates that `threads` threads measure at the same time.
fn summed(threads: usize, rate: impl Fn(&Barrier) -> f64 + Sync) -> f64 {
    let barrier = Barrier::new(threads);
    thread::scope(|scope| {
        let handles: Vec<_> = (0..threads)
            .map(|_| scope.spawn(|| rate(&barrier)))
            .collect();
        handles
            .into_iter()
            .map(|handle| handle.join().expect("square matrices"))
            .sum()
    })
}
