//! The same computation, compiled for each kind of processor, and chosen at run time.

#[cfg(target_arch = "x86_64")]
use crate::vector::x86::{Avx2, Avx512};
use crate::vector::{Portable, Processor};

/// A computation.
pub trait Task {
    /// What it gives.
    type Output;

    /// Does it. To be compiled for the processor, it must be `#[inline(always)]`, and so must all
    /// that it calls.
    fn run<I: Processor>(self) -> Self::Output;
}

/// Does the task in the fastest way that this processor knows.
pub fn run<T: Task>(task: T) -> T::Output {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
        if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vl") {
            // SAFETY: the processor has the features.
            return unsafe { with_avx512(task) };
        }
        // SAFETY: as above.
        return unsafe { with_avx2(task) };
    }
    task.run::<Portable>()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma,avx512f,avx512vl")]
fn with_avx512<T: Task>(task: T) -> T::Output {
    task.run::<Avx512>()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn with_avx2<T: Task>(task: T) -> T::Output {
    task.run::<Avx2>()
}
