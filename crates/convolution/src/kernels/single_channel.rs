//! The kernels of the first level, between an image, which has one channel, and maps of 8: like
//! [`super::windows`] and [`super::pooling`], but vectorized over the pooled channels and over the 16
//! pixels of a window. Windows that are all zeros, more than half of MNIST's, are skipped.

use super::{
    aligned::FeatureMap,
    pooling::{Filters, maximum},
    windows::{Kernel, nonzero_channels},
};
use crate::simd::{Simd, SimdWidth, Vector};

/// Side of an image with its border.
pub const FULL: usize = 30;
/// Side of the pooled map, without its border.
pub const POOLED: usize = 14;
/// Channels of the pooled map.
pub const C_POOLED: usize = 8;

/// An image `[30, 30, 1]`, with its border.
pub type Image = FeatureMap<900, 1>;

type Vector8<S> = <S as SimdWidth<8>>::Vector;
type Vector16<S> = <S as SimdWidth<16>>::Vector;

/// The window `[4, 4]` of pooled pixel (y, x), or `None` if it is all zeros.
#[inline(always)]
fn window(image: &Image, y: usize, x: usize) -> Option<[f32; 16]> {
    let start = 2 * y * FULL + 2 * x;
    let rows = &image.0[start..start + 3 * FULL + 4];
    let mut window = [0.0; 16];
    let mut bits = 0;
    for row in 0..4 {
        for column in 0..4 {
            let [pixel] = rows[row * FULL + column];
            window[row * 4 + column] = pixel;
            bits |= pixel.to_bits();
        }
    }
    (bits << 1 != 0).then_some(window)
}

/// `start`, `[8]`, plus the product of each position's patch of a window, `[4, 4]`, with `weights`,
/// `[KERNEL, KERNEL, 8]`: `[4, 8]`. A kernel of 4 x 4 has position 0 only.
#[inline(always)]
fn products<S: Simd, const KERNEL: usize>(
    window: &[f32; 16],
    weights: &[[f32; C_POOLED]],
    start: Vector8<S>,
) -> [Vector8<S>; 4] {
    let mut sums = [start; 4];
    for row in 0..KERNEL {
        for column in 0..KERNEL {
            let weight = Vector8::<S>::load(&weights[row * KERNEL + column]);
            for position in 0..if KERNEL == 4 { 1 } else { 4 } {
                let pixel = window[(position / 2 + row) * 4 + position % 2 + column];
                sums[position] = Vector8::<S>::splat(pixel).multiply_add(weight, sums[position]);
            }
        }
    }
    sums
}

/// Like [`super::pooling::convolve_and_pool`], with a ReLU: `pooled [16, 16, 8]`,
/// `positions [14, 14, 8]`.
#[inline(always)]
pub fn convolve_and_pool<S: Simd>(
    image: &Image,
    filters: &Filters<C_POOLED>,
    pooled: &mut [[f32; C_POOLED]],
    positions: &mut [[u32; C_POOLED]],
) {
    let bias = Vector8::<S>::load(&filters.bias);
    let of_zeros = filters.bias.map(|bias| if 0.0 > bias { 0.0 } else { bias });
    for y in 0..POOLED {
        for x in 0..POOLED {
            let (value, position) = match window(image, y, x) {
                None => (of_zeros, [0; C_POOLED]),
                Some(window) => {
                    let sums = products::<S, 3>(&window, &filters.weights.0, bias);
                    maximum(sums.map(Vector::to_array), true)
                }
            };
            pooled[(y + 1) * (POOLED + 2) + x + 1] = value;
            positions[y * POOLED + x] = position;
        }
    }
}

/// Like [`super::windows::scatter`]: `pooled [16, 16, 8]`, `positions [14, 14, 8]`.
#[inline(always)]
pub fn scatter<S: Simd, const KERNEL: usize>(
    pooled: &[[f32; C_POOLED]],
    positions: &[[u32; C_POOLED]],
    kernel: &Kernel<1>,
    image: &mut Image,
) {
    for y in 0..POOLED {
        for x in 0..POOLED {
            let values = &pooled[(y + 1) * (POOLED + 2) + x + 1];
            if nonzero_channels(values) == 0 {
                continue;
            }
            let positions = &positions[y * POOLED + x];
            let mut sums = [Vector16::<S>::splat(0.0); 2];
            for p in 0..C_POOLED {
                let window = kernel.window::<KERNEL>(p, positions[p]);
                let window = window.as_flattened().first_chunk().expect("16 pixels");
                let value = Vector16::<S>::splat(values[p]);
                sums[p % 2] = Vector16::<S>::load(window).multiply_add(value, sums[p % 2]);
            }
            let sums = sums[0].add(sums[1]).to_array();
            let start = 2 * y * FULL + 2 * x;
            let rows = &mut image.0[start..start + 3 * FULL + 4];
            for row in 0..4 {
                for column in 0..4 {
                    rows[row * FULL + column][0] += sums[row * 4 + column];
                }
            }
        }
    }
}

/// Like [`super::windows::gather`], to those pooled values whose `output`, `[16, 16, 8]`, is above
/// zero: a ReLU's gradient. `weights [KERNEL, KERNEL, 8]`, `positions [14, 14, 8]`,
/// `pooled [16, 16, 8]`.
#[inline(always)]
pub fn gather<S: Simd, const KERNEL: usize>(
    image: &Image,
    positions: &[[u32; C_POOLED]],
    output: &[[f32; C_POOLED]],
    weights: &[[f32; C_POOLED]],
    pooled: &mut [[f32; C_POOLED]],
) {
    for y in 0..POOLED {
        for x in 0..POOLED {
            let pixel = (y + 1) * (POOLED + 2) + x + 1;
            pooled[pixel] = [0.0; C_POOLED];
            let Some(window) = window(image, y, x) else {
                continue;
            };
            let sums = products::<S, KERNEL>(&window, weights, Vector8::<S>::splat(0.0));
            let sums = sums.map(Vector::to_array);
            let positions = &positions[y * POOLED + x];
            let mut chosen = sums[0];
            if KERNEL == 3 {
                for position in 1..4 {
                    for p in 0..C_POOLED {
                        let here = positions[p] == position as u32;
                        chosen[p] = if here { sums[position][p] } else { chosen[p] };
                    }
                }
            }
            for p in 0..C_POOLED {
                let active = output[pixel][p] > 0.0;
                pooled[pixel][p] = if active { chosen[p] } else { 0.0 };
            }
        }
    }
}

/// Like [`super::windows::correlate`]: `pooled [16, 16, 8]`, `positions [14, 14, 8]`, to
/// `gradients [KERNEL, KERNEL, 8]`.
#[inline(always)]
pub fn correlate<S: Simd, const KERNEL: usize>(
    image: &Image,
    pooled: &[[f32; C_POOLED]],
    positions: &[[u32; C_POOLED]],
    gradients: &mut [[f32; C_POOLED]],
) {
    let mut sums = [[Vector8::<S>::splat(0.0); KERNEL]; KERNEL];
    for y in 0..POOLED {
        for x in 0..POOLED {
            let values = &pooled[(y + 1) * (POOLED + 2) + x + 1];
            if nonzero_channels(values) == 0 {
                continue;
            }
            let Some(window) = window(image, y, x) else {
                continue;
            };
            let positions = &positions[y * POOLED + x];
            for position in 0..if KERNEL == 4 { 1 } else { 4 } {
                let mut here = [0.0; C_POOLED];
                for p in 0..C_POOLED {
                    let is_here = positions[p] == position as u32;
                    here[p] = if is_here { values[p] } else { 0.0 };
                }
                let here = Vector8::<S>::load(&here);
                for row in 0..KERNEL {
                    for column in 0..KERNEL {
                        let pixel = window[(position / 2 + row) * 4 + position % 2 + column];
                        let sum = &mut sums[row][column];
                        *sum = Vector8::<S>::splat(pixel).multiply_add(here, *sum);
                    }
                }
            }
        }
    }
    for row in 0..KERNEL {
        for column in 0..KERNEL {
            let gradient = &mut gradients[row * KERNEL + column];
            let sum = Vector8::<S>::load(gradient).add(sums[row][column]);
            sum.store(gradient);
        }
    }
}
