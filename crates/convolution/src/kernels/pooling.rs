//! A convolution of 3 x 3 with padding 1, the ReLU and max-pooling of 2 x 2 in one, so that the map
//! between them is never stored.

use super::aligned::AlignedRows;
use crate::simd::{Simd, SimdWidth, Vector};

/// Weights of a convolution, with all its outputs adjacent.
#[derive(Clone)]
pub struct Filters<const C_POOLED: usize> {
    /// `[3, 3, C_FULL, C_POOLED]`; C_FULL is at most 16.
    pub weights: Box<AlignedRows<144, C_POOLED>>,
    /// `[C_POOLED]`.
    pub bias: [f32; C_POOLED],
}

impl<const C_POOLED: usize> Filters<C_POOLED> {
    /// Builds the filters from `weight(p, row, column, f)` and a bias `[C_POOLED]`.
    pub fn new<const C_FULL: usize>(
        weight: impl Fn(usize, usize, usize, usize) -> f32,
        bias: [f32; C_POOLED],
    ) -> Self {
        let mut weights = Box::new(AlignedRows::zeros());
        for row in 0..3 {
            for column in 0..3 {
                for f in 0..C_FULL {
                    for p in 0..C_POOLED {
                        weights.0[(row * 3 + column) * C_FULL + f][p] = weight(p, row, column, f);
                    }
                }
            }
        }
        Filters { weights, bias }
    }
}

/// The convolution of a full map, the ReLU if there is one, and the pooling.
///
/// - `full [FULL, FULL, C_FULL]`, with a border of zeros, the convolution's padding.
/// - `pooled [POOLED + 2, POOLED + 2, C_POOLED]`: the maxima; only the interior is written.
/// - `positions [POOLED, POOLED, C_POOLED]`: the position, 0 to 3, of each maximum in its block.
#[inline(always)]
pub fn convolve_and_pool<
    S: Simd + SimdWidth<C_POOLED>,
    const FULL: usize,
    const POOLED: usize,
    const C_FULL: usize,
    const C_POOLED: usize,
>(
    full: &[[f32; C_FULL]],
    filters: &Filters<C_POOLED>,
    relu: bool,
    pooled: &mut [[f32; C_POOLED]],
    positions: &mut [[u32; C_POOLED]],
) {
    if S::MANY_REGISTERS {
        in_blocks::<S, FULL, POOLED, C_FULL, C_POOLED, POOLED>(
            full, filters, relu, pooled, positions,
        );
    } else {
        in_blocks::<S, FULL, POOLED, C_FULL, C_POOLED, 1>(full, filters, relu, pooled, positions);
    }
}

/// [`convolve_and_pool`] with `TOGETHER` pixels of a row at a time, a divisor of `POOLED`.
#[inline(always)]
fn in_blocks<
    S: SimdWidth<C_POOLED>,
    const FULL: usize,
    const POOLED: usize,
    const C_FULL: usize,
    const C_POOLED: usize,
    const TOGETHER: usize,
>(
    full: &[[f32; C_FULL]],
    filters: &Filters<C_POOLED>,
    relu: bool,
    pooled: &mut [[f32; C_POOLED]],
    positions: &mut [[u32; C_POOLED]],
) {
    let bias = S::Vector::load(&filters.bias);
    for y in 0..POOLED {
        for first in (0..POOLED).step_by(TOGETHER) {
            let mut sums = [[bias; 4]; TOGETHER];
            for row in 0..3 {
                for column in 0..3 {
                    let start = (2 * y + row) * FULL + 2 * first + column;
                    let pixels = &full[start..start + FULL + 2 * TOGETHER];
                    let weights = &filters.weights.0[(row * 3 + column) * C_FULL..][..C_FULL];
                    for f in 0..C_FULL {
                        let weight = S::Vector::load(&weights[f]);
                        for i in 0..TOGETHER {
                            for position in 0..4 {
                                let pixel = pixels[position / 2 * FULL + 2 * i + position % 2][f];
                                let sum = &mut sums[i][position];
                                *sum = S::Vector::splat(pixel).multiply_add(weight, *sum);
                            }
                        }
                    }
                }
            }
            for i in 0..TOGETHER {
                let x = first + i;
                let (value, position) = maximum(sums[i].map(Vector::to_array), relu);
                pooled[(y + 1) * (POOLED + 2) + x + 1] = value;
                positions[y * POOLED + x] = position;
            }
        }
    }
}

/// For each channel the maximum of four candidates, `[4, C]`, after the ReLU if there is one, and
/// its position. As in libtorch, the first of equals is chosen, and NaN counts as the maximum.
#[inline(always)]
pub fn maximum<const C: usize>(candidates: [[f32; C]; 4], relu: bool) -> ([f32; C], [u32; C]) {
    let rectified = |value: f32| if relu && 0.0 > value { 0.0 } else { value };
    let mut best = candidates[0].map(rectified);
    let mut positions = [0; C];
    for position in 1..4 {
        for c in 0..C {
            let value = rectified(candidates[position][c]);
            let larger = value > best[c] || value.is_nan();
            best[c] = if larger { value } else { best[c] };
            positions[c] = if larger {
                position as u32
            } else {
                positions[c]
            };
        }
    }
    (best, positions)
}
