//! The linear map between a pooled feature map and a full one, in its three directions: to the full
//! map ([`scatter`]), to the pooled map ([`gather`]), to the weights' gradients ([`correlate`]).
//!
//! A pooled pixel covers a block of 2 x 2 full pixels. The block with one pixel around it is its
//! window, 4 x 4. Unpooling puts each channel's value at one of the block's four positions, and a
//! convolution with a kernel of 3 x 3 adds the value, times the weights, to the patch (KERNEL x
//! KERNEL) around that position. So the zeros of unpooling cost nothing. A transposed convolution of
//! stride 2 with a kernel of 4 x 4 adds a value to the whole window; its positions are all 0. One
//! with a kernel of 3 x 3 and no padding is an unpooling to position 3.
//!
//! Max-pooling passes gradients back to where the maxima were: the same map again.

use super::aligned::AlignedRows;
use crate::simd::{SimdWidth, Vector};

/// Weights of a layer between at most 16 pooled channels and `C_FULL` full ones.
#[derive(Clone)]
pub struct Kernel<const C_FULL: usize> {
    /// `[C_POOLED, KERNEL, KERNEL, C_FULL]`.
    pub weights: Box<AlignedRows<256, C_FULL>>,
    /// The same among zeros: `[C_POOLED, 2, 5, 4, C_FULL]`. Of these five rows, four that begin at
    /// the second or the first hold the kernel for a position in the upper or the lower row of the
    /// block; the two halves are for the left and the right column.
    windows: Box<AlignedRows<640, C_FULL>>,
}

impl<const C_FULL: usize> Kernel<C_FULL> {
    /// Builds the kernel from `weight(p, row, column, f)`.
    pub fn new<const C_POOLED: usize, const KERNEL: usize>(
        weight: impl Fn(usize, usize, usize, usize) -> f32,
    ) -> Self {
        let mut weights = Box::new(AlignedRows::zeros());
        let mut windows = Box::new(AlignedRows::zeros());
        for p in 0..C_POOLED {
            for row in 0..KERNEL {
                for column in 0..KERNEL {
                    for f in 0..C_FULL {
                        let value = weight(p, row, column, f);
                        weights.0[(p * KERNEL + row) * KERNEL + column][f] = value;
                        if KERNEL == 4 {
                            windows.0[p * 40 + row * 4 + column][f] = value;
                        } else {
                            for half in 0..2 {
                                let window = p * 40 + half * 20 + (row + 1) * 4 + column + half;
                                windows.0[window][f] = value;
                            }
                        }
                    }
                }
            }
        }
        Kernel { weights, windows }
    }

    /// The weights of pooled channel `p` in the window, `[4, 4, C_FULL]`, of a value at `position`.
    #[inline(always)]
    pub fn window<const KERNEL: usize>(&self, p: usize, position: u32) -> &[[f32; C_FULL]; 16] {
        let starts = if KERNEL == 4 { [0; 4] } else { [4, 24, 0, 20] };
        let start = p * 40 + starts[position as usize];
        (&self.windows.0[start..start + 16])
            .try_into()
            .expect("16 pixels")
    }
}

/// The first pixel of the patch around `position`, counted from the first of its window.
#[inline(always)]
fn patch_start<const FULL: usize, const KERNEL: usize>(position: u32) -> usize {
    let starts = if KERNEL == 4 {
        [0; 4]
    } else {
        [0, 1, FULL, FULL + 1]
    };
    starts[position as usize]
}

/// Clears the lowest bit that is set, and returns its index.
#[inline(always)]
fn take_lowest_bit(mask: &mut u64) -> Option<usize> {
    if *mask == 0 {
        return None;
    }
    let index = mask.trailing_zeros() as usize;
    *mask &= *mask - 1;
    Some(index)
}

/// A bit for each channel of a pixel that is not zero. NaN is not zero.
#[inline(always)]
pub fn nonzero_channels<const C: usize>(pixel: &[f32; C]) -> u64 {
    let mut mask = 0;
    for c in 0..C {
        mask |= u64::from(pixel[c] != 0.0) << c;
    }
    mask
}

/// Adds each pooled value times its weights to its patch of the full map.
///
/// - `pooled [POOLED + 2, POOLED + 2, C_POOLED]`: only the interior is read, zeros are skipped.
/// - `positions [POOLED, POOLED, C_POOLED]`, 0 to 3.
/// - `full [FULL, FULL, C_FULL]`, added to; its border as well, with meaningless values.
#[inline(always)]
pub fn scatter<
    S: SimdWidth<C_FULL>,
    const FULL: usize,
    const POOLED: usize,
    const C_FULL: usize,
    const C_POOLED: usize,
    const KERNEL: usize,
>(
    pooled: &[[f32; C_POOLED]],
    positions: &[[u32; C_POOLED]],
    kernel: &Kernel<C_FULL>,
    full: &mut [[f32; C_FULL]],
) {
    for y in 0..POOLED {
        for x in 0..POOLED {
            let values = &pooled[(y + 1) * (POOLED + 2) + x + 1];
            let positions = &positions[y * POOLED + x];
            let mut mask = nonzero_channels(values);
            if mask == 0 {
                continue;
            }
            let mut sums = [S::Vector::splat(0.0); 16];
            while let Some(p) = take_lowest_bit(&mut mask) {
                let p = p % C_POOLED; // Within bounds, for the compiler to know.
                let value = S::Vector::splat(values[p]);
                let window = kernel.window::<KERNEL>(p, positions[p]);
                for i in 0..16 {
                    sums[i] = S::Vector::load(&window[i]).multiply_add(value, sums[i]);
                }
            }
            let start = 2 * y * FULL + 2 * x;
            let window = &mut full[start..start + 3 * FULL + 4];
            for row in 0..4 {
                for column in 0..4 {
                    let pixel = &mut window[row * FULL + column];
                    let sum = S::Vector::load(pixel).add(sums[row * 4 + column]);
                    sum.store(pixel);
                }
            }
        }
    }
}

/// Sets each pooled value that has a bit in its pixel's mask to its patch of the full map times its
/// weights, the others to zero.
///
/// - `full [FULL, FULL, C_FULL]`, with a border of zeros.
/// - `positions [POOLED, POOLED, C_POOLED]`, 0 to 3.
/// - `masks [POOLED + 2, POOLED + 2]`, bit p for pooled channel p; the border's are not read.
/// - `pooled [POOLED + 2, POOLED + 2, C_POOLED]`: only the interior is written.
#[inline(always)]
pub fn gather<
    S: SimdWidth<C_FULL>,
    const FULL: usize,
    const POOLED: usize,
    const C_FULL: usize,
    const C_POOLED: usize,
    const KERNEL: usize,
>(
    full: &[[f32; C_FULL]],
    positions: &[[u32; C_POOLED]],
    masks: &[u64],
    kernel: &Kernel<C_FULL>,
    pooled: &mut [[f32; C_POOLED]],
) {
    for y in 0..POOLED {
        for x in 0..POOLED {
            let mut mask = masks[(y + 1) * (POOLED + 2) + x + 1];
            let positions = &positions[y * POOLED + x];
            let values = &mut pooled[(y + 1) * (POOLED + 2) + x + 1];
            *values = [0.0; C_POOLED];
            let window = 2 * y * FULL + 2 * x;
            while let Some(p) = take_lowest_bit(&mut mask) {
                let p = p % C_POOLED; // Within bounds, for the compiler to know.
                let start = window + patch_start::<FULL, KERNEL>(positions[p]);
                let patch = &full[start..start + (KERNEL - 1) * FULL + KERNEL];
                let weights = &kernel.weights.0[p * KERNEL * KERNEL..(p + 1) * KERNEL * KERNEL];
                // A sum for each row, so that the additions need not wait for each other.
                let mut sums = [S::Vector::splat(0.0); KERNEL];
                for column in 0..KERNEL {
                    for row in 0..KERNEL {
                        let weight = S::Vector::load(&weights[row * KERNEL + column]);
                        let pixel = S::Vector::load(&patch[row * FULL + column]);
                        sums[row] = weight.multiply_add(pixel, sums[row]);
                    }
                }
                let mut sum = sums[0];
                for row in 1..KERNEL {
                    sum = sum.add(sums[row]);
                }
                values[p] = sum.sum();
            }
        }
    }
}

/// Adds each pooled value times its patch of the full map to the weights' gradients.
///
/// - `full [FULL, FULL, C_FULL]`, with a border of zeros.
/// - `pooled [POOLED + 2, POOLED + 2, C_POOLED]`: only the interior is read, zeros are skipped.
///   POOLED is at most 8.
/// - `positions [POOLED, POOLED, C_POOLED]`, 0 to 3.
/// - `gradients [C_POOLED, KERNEL, KERNEL, C_FULL]`, added to.
#[inline(always)]
pub fn correlate<
    S: SimdWidth<C_FULL>,
    const FULL: usize,
    const POOLED: usize,
    const C_FULL: usize,
    const C_POOLED: usize,
    const KERNEL: usize,
>(
    full: &[[f32; C_FULL]],
    pooled: &[[f32; C_POOLED]],
    positions: &[[u32; C_POOLED]],
    gradients: &mut [[f32; C_FULL]],
) {
    // For each channel, a bit for each pixel, of which there are at most 64.
    let mut masks = [0u64; C_POOLED];
    for y in 0..POOLED {
        for x in 0..POOLED {
            let values = &pooled[(y + 1) * (POOLED + 2) + x + 1];
            for p in 0..C_POOLED {
                masks[p] |= u64::from(values[p] != 0.0) << (y * POOLED + x);
            }
        }
    }
    for p in 0..C_POOLED {
        let mut sums = [[S::Vector::splat(0.0); KERNEL]; KERNEL];
        while let Some(pixel) = take_lowest_bit(&mut masks[p]) {
            let (y, x) = (pixel / POOLED, pixel % POOLED);
            let value = S::Vector::splat(pooled[(y + 1) * (POOLED + 2) + x + 1][p]);
            let start = 2 * y * FULL + 2 * x + patch_start::<FULL, KERNEL>(positions[pixel][p]);
            let patch = &full[start..start + (KERNEL - 1) * FULL + KERNEL];
            for row in 0..KERNEL {
                for column in 0..KERNEL {
                    let pixel = S::Vector::load(&patch[row * FULL + column]);
                    sums[row][column] = pixel.multiply_add(value, sums[row][column]);
                }
            }
        }
        for row in 0..KERNEL {
            for column in 0..KERNEL {
                let gradient = &mut gradients[(p * KERNEL + row) * KERNEL + column];
                let sum = S::Vector::load(gradient).add(sums[row][column]);
                sum.store(gradient);
            }
        }
    }
}
