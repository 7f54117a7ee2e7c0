//! The most floating-point operations that one core computes in a second: the limit of every kernel.

use std::{hint::black_box, time::Instant};

use crate::simd::{Simd, SimdWidth, Task, Vector, run};

/// Elements of a vector, the widest of this crate.
const LANES: usize = 16;
/// Multiply-adds of each vector in a repetition, which takes a millisecond.
const STEPS: usize = 1_000_000;
/// Repetitions, of which the fastest counts: the others shared the core.
const REPETITIONS: usize = 100;

/// The peak rate of the calling thread, in 10^9 operations per second: fused multiply-adds of 32-bit
/// floats (two operations each), in the widest vectors of this crate that the processor has, without
/// any access to memory. It takes a fifth of a second.
///
/// One multiply-add begins before the previous one is done, so independent sums are computed, as many
/// as the registers hold. On a processor without the operation, a multiplication and an addition
/// replace it.
pub fn multiply_add_gflops() -> f64 {
    run(Peak)
}

struct Peak;

impl Task for Peak {
    type Output = f64;

    #[inline(always)]
    fn run<S: Simd>(self) -> f64 {
        if S::MANY_REGISTERS {
            gflops::<S, 12>()
        } else {
            gflops::<S, 6>()
        }
    }
}

#[inline(always)]
fn gflops<S: Simd, const SUMS: usize>() -> f64 {
    // The sums stay near 1. The compiler must not know the values, or it computes with them itself.
    let [factor, addend] = [0.5, 0.5].map(|value| splat::<S>(black_box(value)));
    let mut fastest = f64::INFINITY;
    for _ in 0..REPETITIONS {
        let mut sums = [splat::<S>(black_box(1.0)); SUMS];
        let start = Instant::now();
        for _ in 0..STEPS {
            for sum in &mut sums {
                *sum = sum.multiply_add(factor, addend);
            }
        }
        black_box(sums.map(|sum| sum.sum()));
        fastest = fastest.min(start.elapsed().as_secs_f64());
    }
    (2 * LANES * SUMS * STEPS) as f64 / 1e9 / fastest
}

#[inline(always)]
fn splat<S: Simd>(value: f32) -> <S as SimdWidth<LANES>>::Vector {
    <S as SimdWidth<LANES>>::Vector::splat(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_core_computes_something() {
        assert!(multiply_add_gflops() > 0.0);
    }
}
