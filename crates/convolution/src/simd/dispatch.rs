//! Compiles a computation once for each instruction set, and chooses one of them at run time.

#[cfg(target_arch = "x86_64")]
use super::x86::{Avx2, Avx512};
use super::{portable::Portable, vector::Simd};

/// A computation.
pub trait Task {
    /// Its result.
    type Output;

    /// Runs the computation. It and everything it calls must be `#[inline(always)]`, or it is not
    /// compiled for the selected instruction set.
    fn run<S: Simd>(self) -> Self::Output;
}

/// Runs the task with the fastest instruction set that this processor has.
pub fn run<T: Task>(task: T) -> T::Output {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
        if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vl") {
            // SAFETY: the processor has AVX2, FMA, AVX-512 F and VL, all that the function is compiled for.
            return unsafe { with_avx512(task) };
        }
        // SAFETY: the processor has AVX2 and FMA, all that the function is compiled for.
        return unsafe { with_avx2(task) };
    }
    task.run::<Portable>()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma,avx512f,avx512vl")]
fn with_avx512<T: Task>(task: T) -> T::Output {
    task.run::<Avx512>()
}

/// Runs the task with AVX2 and FMA, which the processor must have.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
pub fn with_avx2<T: Task>(task: T) -> T::Output {
    task.run::<Avx2>()
}
