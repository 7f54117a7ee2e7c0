//! Vectors as arrays, for any processor: the compiler vectorizes what it can.

use super::vector::{Simd, SimdWidth, Vector};

/// No instruction set in particular.
pub struct Portable;

impl Simd for Portable {
    const MANY_REGISTERS: bool = false;
}

impl<const N: usize> SimdWidth<N> for Portable {
    type Vector = [f32; N];
}

impl<const N: usize> Vector<N> for [f32; N] {
    #[inline(always)]
    fn splat(value: f32) -> Self {
        [value; N]
    }

    #[inline(always)]
    fn load(from: &[f32; N]) -> Self {
        *from
    }

    #[inline(always)]
    fn store(self, to: &mut [f32; N]) {
        *to = self;
    }

    #[inline(always)]
    fn add(mut self, other: Self) -> Self {
        for i in 0..N {
            self[i] += other[i];
        }
        self
    }

    #[inline(always)]
    fn multiply_add(self, factor: Self, mut addend: Self) -> Self {
        for i in 0..N {
            // A fused operation is slow on a processor that may not have one.
            addend[i] = if cfg!(target_arch = "aarch64") {
                self[i].mul_add(factor[i], addend[i])
            } else {
                self[i] * factor[i] + addend[i]
            };
        }
        addend
    }
}
