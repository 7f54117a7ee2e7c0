//! Vectors of 8 and 16 floats for each instruction set, and the choice of one at run time.

mod dispatch;
mod portable;
mod vector;
#[cfg(target_arch = "x86_64")]
mod x86;

#[cfg(all(test, target_arch = "x86_64"))]
pub use dispatch::with_avx2;
pub use dispatch::{Task, run};
#[cfg(test)]
pub use portable::Portable;
pub use vector::{Simd, SimdWidth, Vector};
