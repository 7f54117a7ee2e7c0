//! The linear map between a pooled feature map and a full one, in its three directions.
//!
//! Letters: M = side of the pooled map, S = its channels; P = side of the full map, with a border
//! of one pixel, D = its channels; K = side of the kernel, 3 or 4.
//!
//! A pooled pixel stands for a block of 2 x 2 full pixels. The block with one pixel around it is
//! its window, 4 x 4. Unpooling puts each channel's value at one of the block's four positions
//! (0 and 1 in the upper row, 2 and 3 in the lower one), and a convolution with a kernel of 3 x 3
//! adds it, times the weights, to the patch (K x K) around that position. So what unpooling fills
//! with zeros costs nothing. A transposed convolution of stride 2 with a kernel of 4 x 4 adds a value to
//! the whole window; its positions are all 0. One with a kernel of 3 x 3 and no padding is an
//! unpooling to position 3.
//!
//! Max-pooling passes gradients back to where the maxima stood: the same map again.

use crate::{
    pixels::Pixels,
    vector::{Lanes, Vector},
};

/// Weights of a layer between S <= 16 pooled channels and D full ones.
#[derive(Clone)]
pub struct Kernel<const D: usize> {
    /// `[S, K, K, D]`.
    pub weights: Box<Pixels<256, D>>,
    /// The same among zeros: `[S, 2, 5, 4, D]`. Of these five rows, four that begin at the second
    /// or the first hold the kernel for a position in the upper or the lower row of the block;
    /// the two halves are for the left and the right column.
    windows: Box<Pixels<640, D>>,
}

impl<const D: usize> Kernel<D> {
    /// From `weight(s, row, column, d)`.
    pub fn new<const S: usize, const K: usize>(
        weight: impl Fn(usize, usize, usize, usize) -> f32,
    ) -> Self {
        let mut weights = Box::new(Pixels::zeros());
        let mut windows = Box::new(Pixels::zeros());
        for s in 0..S {
            for row in 0..K {
                for column in 0..K {
                    for d in 0..D {
                        let value = weight(s, row, column, d);
                        weights.0[(s * K + row) * K + column][d] = value;
                        if K == 4 {
                            windows.0[s * 40 + row * 4 + column][d] = value;
                        } else {
                            for half in 0..2 {
                                let window = s * 40 + half * 20 + (row + 1) * 4 + column + half;
                                windows.0[window][d] = value;
                            }
                        }
                    }
                }
            }
        }
        Kernel { weights, windows }
    }

    /// The weights of pooled channel `s` as 4 x 4 pixels, for a value at `position`.
    #[inline(always)]
    pub fn window<const K: usize>(&self, s: usize, position: u32) -> &[[f32; D]; 16] {
        let starts = if K == 4 { [0; 4] } else { [4, 24, 0, 20] };
        let start = s * 40 + starts[position as usize];
        (&self.windows.0[start..start + 16])
            .try_into()
            .expect("16 pixels")
    }
}

/// The first pixel of a patch, from the first of its window.
#[inline(always)]
fn patch_start<const P: usize, const K: usize>(position: u32) -> usize {
    let starts = if K == 4 { [0; 4] } else { [0, 1, P, P + 1] };
    starts[position as usize]
}

/// Takes the lowest of the bits that are set.
#[inline(always)]
fn next(mask: &mut u64) -> Option<usize> {
    if *mask == 0 {
        return None;
    }
    let index = mask.trailing_zeros() as usize;
    *mask &= *mask - 1;
    Some(index)
}

/// A bit for each channel that is not zero.
#[inline(always)]
pub fn not_zero<const S: usize>(values: &[f32; S]) -> u64 {
    let mut mask = 0;
    for s in 0..S {
        mask |= u64::from(values[s] != 0.0) << s;
    }
    mask
}

/// Adds each pooled value times its weights to its patch of the full map.
#[inline(always)]
pub fn scatter<
    I: Lanes<D>,
    const P: usize,
    const M: usize,
    const D: usize,
    const S: usize,
    const K: usize,
>(
    pooled: &[[f32; S]],
    positions: &[[u32; S]],
    kernel: &Kernel<D>,
    full: &mut [[f32; D]],
) {
    for y in 0..M {
        for x in 0..M {
            let values = &pooled[(y + 1) * (M + 2) + x + 1];
            let positions = &positions[y * M + x];
            let mut mask = not_zero(values);
            if mask == 0 {
                continue;
            }
            let mut sums = [I::Vector::splat(0.0); 16];
            while let Some(s) = next(&mut mask) {
                let s = s % S; // Within bounds, for the compiler to know.
                let value = I::Vector::splat(values[s]);
                let window = kernel.window::<K>(s, positions[s]);
                for i in 0..16 {
                    sums[i] = I::Vector::load(&window[i]).multiply_add(value, sums[i]);
                }
            }
            let start = 2 * y * P + 2 * x;
            let window = &mut full[start..start + 3 * P + 4];
            for row in 0..4 {
                for column in 0..4 {
                    let pixel = &mut window[row * P + column];
                    let sum = I::Vector::load(pixel).add(sums[row * 4 + column]);
                    sum.store(pixel);
                }
            }
        }
    }
}

/// To each pooled value that has a bit in its pixel's mask, its patch of the full map times its weights; to the
/// others zero.
#[inline(always)]
pub fn gather<
    I: Lanes<D>,
    const P: usize,
    const M: usize,
    const D: usize,
    const S: usize,
    const K: usize,
>(
    full: &[[f32; D]],
    positions: &[[u32; S]],
    masks: &[u64],
    kernel: &Kernel<D>,
    pooled: &mut [[f32; S]],
) {
    for y in 0..M {
        for x in 0..M {
            let mut mask = masks[(y + 1) * (M + 2) + x + 1];
            let positions = &positions[y * M + x];
            let values = &mut pooled[(y + 1) * (M + 2) + x + 1];
            *values = [0.0; S];
            let window = 2 * y * P + 2 * x;
            while let Some(s) = next(&mut mask) {
                let s = s % S; // Within bounds, for the compiler to know.
                let start = window + patch_start::<P, K>(positions[s]);
                let patch = &full[start..start + (K - 1) * P + K];
                let weights = &kernel.weights.0[s * K * K..(s + 1) * K * K];
                // By row, so that they need not wait for each other.
                let mut sums = [I::Vector::splat(0.0); K];
                for column in 0..K {
                    for row in 0..K {
                        let weight = I::Vector::load(&weights[row * K + column]);
                        let pixel = I::Vector::load(&patch[row * P + column]);
                        sums[row] = weight.multiply_add(pixel, sums[row]);
                    }
                }
                let mut sum = sums[0];
                for row in 1..K {
                    sum = sum.add(sums[row]);
                }
                values[s] = sum.sum();
            }
        }
    }
}

/// Adds to `gradients`, `[S, K, K, D]`, each pooled value times its patch of the full map.
#[inline(always)]
pub fn correlate<
    I: Lanes<D>,
    const P: usize,
    const M: usize,
    const D: usize,
    const S: usize,
    const K: usize,
>(
    full: &[[f32; D]],
    pooled: &[[f32; S]],
    positions: &[[u32; S]],
    gradients: &mut [[f32; D]],
) {
    // For each channel, a bit for each of the 49 pixels at most.
    let mut masks = [0u64; S];
    for y in 0..M {
        for x in 0..M {
            let values = &pooled[(y + 1) * (M + 2) + x + 1];
            for s in 0..S {
                masks[s] |= u64::from(values[s] != 0.0) << (y * M + x);
            }
        }
    }
    for s in 0..S {
        let mut sums = [[I::Vector::splat(0.0); K]; K];
        while let Some(pixel) = next(&mut masks[s]) {
            let (y, x) = (pixel / M, pixel % M);
            let value = I::Vector::splat(pooled[(y + 1) * (M + 2) + x + 1][s]);
            let start = 2 * y * P + 2 * x + patch_start::<P, K>(positions[pixel][s]);
            let patch = &full[start..start + (K - 1) * P + K];
            for row in 0..K {
                for column in 0..K {
                    let pixel = I::Vector::load(&patch[row * P + column]);
                    sums[row][column] = pixel.multiply_add(value, sums[row][column]);
                }
            }
        }
        for row in 0..K {
            for column in 0..K {
                let gradient = &mut gradients[(s * K + row) * K + column];
                let sum = I::Vector::load(gradient).add(sums[row][column]);
                sum.store(gradient);
            }
        }
    }
}
