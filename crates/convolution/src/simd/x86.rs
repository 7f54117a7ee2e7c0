//! The instruction sets of x86-64 with fused multiply-add.
//!
//! The functions of this file may run only on a processor for which `is_x86_feature_detected!` found
//! the features that each type names: only [`super::dispatch`] chooses an instruction set.

use std::arch::x86_64::*;

use super::vector::{Simd, SimdWidth, Vector};

/// AVX-512 F and VL, with AVX2 and FMA.
pub struct Avx512;

impl Simd for Avx512 {
    const MANY_REGISTERS: bool = true;
}

impl SimdWidth<8> for Avx512 {
    type Vector = __m256;
}

impl SimdWidth<16> for Avx512 {
    type Vector = __m512;
}

/// AVX2 and FMA.
pub struct Avx2;

impl Simd for Avx2 {
    const MANY_REGISTERS: bool = false;
}

impl SimdWidth<8> for Avx2 {
    type Vector = __m256;
}

impl SimdWidth<16> for Avx2 {
    type Vector = [__m256; 2];
}

impl Vector<8> for __m256 {
    #[inline(always)]
    fn splat(value: f32) -> Self {
        // SAFETY: the processor has AVX; see the module docs.
        unsafe { _mm256_set1_ps(value) }
    }

    #[inline(always)]
    fn load(from: &[f32; 8]) -> Self {
        // SAFETY: as in `splat`; the reference is to 8 floats, of any alignment.
        unsafe { _mm256_loadu_ps(from.as_ptr()) }
    }

    #[inline(always)]
    fn store(self, to: &mut [f32; 8]) {
        // SAFETY: as in `load`.
        unsafe { _mm256_storeu_ps(to.as_mut_ptr(), self) }
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        // SAFETY: as in `splat`.
        unsafe { _mm256_add_ps(self, other) }
    }

    #[inline(always)]
    fn multiply_add(self, factor: Self, addend: Self) -> Self {
        // SAFETY: the processor has FMA; see the module docs.
        unsafe { _mm256_fmadd_ps(self, factor, addend) }
    }
}

impl Vector<16> for __m512 {
    #[inline(always)]
    fn splat(value: f32) -> Self {
        // SAFETY: the processor has AVX-512 F; see the module docs.
        unsafe { _mm512_set1_ps(value) }
    }

    #[inline(always)]
    fn load(from: &[f32; 16]) -> Self {
        // SAFETY: as in `splat`; the reference is to 16 floats, of any alignment.
        unsafe { _mm512_loadu_ps(from.as_ptr()) }
    }

    #[inline(always)]
    fn store(self, to: &mut [f32; 16]) {
        // SAFETY: as in `load`.
        unsafe { _mm512_storeu_ps(to.as_mut_ptr(), self) }
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        // SAFETY: as in `splat`.
        unsafe { _mm512_add_ps(self, other) }
    }

    #[inline(always)]
    fn multiply_add(self, factor: Self, addend: Self) -> Self {
        // SAFETY: as in `splat`.
        unsafe { _mm512_fmadd_ps(self, factor, addend) }
    }
}

impl Vector<16> for [__m256; 2] {
    #[inline(always)]
    fn splat(value: f32) -> Self {
        [__m256::splat(value); 2]
    }

    #[inline(always)]
    fn load(from: &[f32; 16]) -> Self {
        let [low, high] = halves(from);
        [__m256::load(low), __m256::load(high)]
    }

    #[inline(always)]
    fn store(self, to: &mut [f32; 16]) {
        let (low, high) = to.split_first_chunk_mut::<8>().expect("16 floats");
        self[0].store(low);
        self[1].store(high.first_chunk_mut().expect("8 floats"));
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        [self[0].add(other[0]), self[1].add(other[1])]
    }

    #[inline(always)]
    fn multiply_add(self, factor: Self, addend: Self) -> Self {
        [
            self[0].multiply_add(factor[0], addend[0]),
            self[1].multiply_add(factor[1], addend[1]),
        ]
    }
}

#[inline(always)]
fn halves(values: &[f32; 16]) -> [&[f32; 8]; 2] {
    let (low, high) = values.split_first_chunk::<8>().expect("16 floats");
    [low, high.first_chunk().expect("8 floats")]
}
