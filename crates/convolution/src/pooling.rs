//! A convolution of 3 x 3, the ReLU and max-pooling of 2 x 2 in one, so that the full map is never
//! stored. Letters as in [`crate::windows`].

use crate::{
    pixels::Pixels,
    vector::{Lanes, Processor, Vector},
};

/// Weights of a convolution for all of its outputs at once.
#[derive(Clone)]
pub struct Filters<const S: usize> {
    /// `[3, 3, D, S]`.
    pub weights: Box<Pixels<144, S>>,
    pub bias: [f32; S],
}

impl<const S: usize> Filters<S> {
    /// From `weight(s, row, column, d)`.
    pub fn new<const D: usize>(
        weight: impl Fn(usize, usize, usize, usize) -> f32,
        bias: &[f32],
    ) -> Self {
        let mut weights = Box::new(Pixels::zeros());
        for row in 0..3 {
            for column in 0..3 {
                for d in 0..D {
                    for s in 0..S {
                        weights.0[(row * 3 + column) * D + d][s] = weight(s, row, column, d);
                    }
                }
            }
        }
        let bias = bias.try_into().expect("a bias for each channel");
        Filters { weights, bias }
    }
}

/// `full` to its pooled map and the positions of the maxima.
#[inline(always)]
pub fn convolve_and_pool<
    I: Processor + Lanes<S>,
    const P: usize,
    const M: usize,
    const D: usize,
    const S: usize,
>(
    full: &[[f32; D]],
    filters: &Filters<S>,
    relu: bool,
    pooled: &mut [[f32; S]],
    positions: &mut [[u32; S]],
) {
    if I::MANY_REGISTERS {
        in_blocks::<I, P, M, D, S, M>(full, filters, relu, pooled, positions);
    } else {
        in_blocks::<I, P, M, D, S, 1>(full, filters, relu, pooled, positions);
    }
}

/// B pixels of a row, of which it has a multiple, are computed together.
#[inline(always)]
fn in_blocks<
    I: Lanes<S>,
    const P: usize,
    const M: usize,
    const D: usize,
    const S: usize,
    const B: usize,
>(
    full: &[[f32; D]],
    filters: &Filters<S>,
    relu: bool,
    pooled: &mut [[f32; S]],
    positions: &mut [[u32; S]],
) {
    let bias = I::Vector::load(&filters.bias);
    for y in 0..M {
        for first in (0..M).step_by(B) {
            let mut sums = [[bias; 4]; B];
            for row in 0..3 {
                for column in 0..3 {
                    let start = (2 * y + row) * P + 2 * first + column;
                    let pixels = &full[start..start + P + 2 * B];
                    let weights = &filters.weights.0[(row * 3 + column) * D..][..D];
                    for d in 0..D {
                        let weight = I::Vector::load(&weights[d]);
                        for b in 0..B {
                            for position in 0..4 {
                                let pixel = pixels[position / 2 * P + 2 * b + position % 2][d];
                                let sum = &mut sums[b][position];
                                *sum = I::Vector::splat(pixel).multiply_add(weight, *sum);
                            }
                        }
                    }
                }
            }
            for b in 0..B {
                let x = first + b;
                let (value, position) = maximum(sums[b].map(Vector::to_array), relu);
                pooled[(y + 1) * (M + 2) + x + 1] = value;
                positions[y * M + x] = position;
            }
        }
    }
}

/// The largest of four values and which it is: as in libtorch the first of equals, and what is not
/// a number before all.
#[inline(always)]
pub fn maximum<const S: usize>(candidates: [[f32; S]; 4], relu: bool) -> ([f32; S], [u32; S]) {
    let rectified = |value: f32| if relu && 0.0 > value { 0.0 } else { value };
    let mut best = candidates[0].map(rectified);
    let mut positions = [0; S];
    for position in 1..4 {
        for s in 0..S {
            let value = rectified(candidates[position][s]);
            let larger = value > best[s] || value.is_nan();
            best[s] = if larger { value } else { best[s] };
            positions[s] = if larger {
                position as u32
            } else {
                positions[s]
            };
        }
    }
    (best, positions)
}
