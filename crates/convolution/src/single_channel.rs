//! The first level of the models, between an image, which has one channel, and maps of 8: as
//! [`crate::windows`] and [`crate::pooling`], vectorised over the pooled channels and over the 16
//! pixels of a window. Windows that are all zero, more than half of MNIST's, are passed over.

use crate::{
    pixels::Pixels,
    pooling::{Filters, maximum},
    vector::{Lanes, Processor, Vector},
    windows::{Kernel, not_zero},
};

/// Side of an image with its border.
pub const P: usize = 30;
/// Side of the pooled map.
pub const M: usize = 14;
/// Channels of the pooled map.
pub const S: usize = 8;

/// An image with its border.
pub type Image = Pixels<900, 1>;

type Eight<I> = <I as Lanes<8>>::Vector;
type Sixteen<I> = <I as Lanes<16>>::Vector;

/// The pixels of the window of pooled pixel (y, x), unless all are zero.
#[inline(always)]
fn window(image: &Image, y: usize, x: usize) -> Option<[f32; 16]> {
    let start = 2 * y * P + 2 * x;
    let rows = &image.0[start..start + 3 * P + 4];
    let mut window = [0.0; 16];
    let mut bits = 0;
    for row in 0..4 {
        for column in 0..4 {
            let [pixel] = rows[row * P + column];
            window[row * 4 + column] = pixel;
            bits |= pixel.to_bits();
        }
    }
    (bits << 1 != 0).then_some(window)
}

/// For each position, the products of its patch of a window with the weights, `[K, K, S]`.
#[inline(always)]
fn products<I: Processor, const K: usize>(
    window: &[f32; 16],
    weights: &[[f32; S]],
    start: Eight<I>,
) -> [Eight<I>; 4] {
    let mut sums = [start; 4];
    for row in 0..K {
        for column in 0..K {
            let weight = Eight::<I>::load(&weights[row * K + column]);
            // A kernel of 4 x 4 has one position only.
            for position in 0..if K == 4 { 1 } else { 4 } {
                let pixel = window[(position / 2 + row) * 4 + position % 2 + column];
                sums[position] = Eight::<I>::splat(pixel).multiply_add(weight, sums[position]);
            }
        }
    }
    sums
}

/// As [`crate::pooling::convolve_and_pool`].
#[inline(always)]
pub fn convolve_and_pool<I: Processor>(
    image: &Image,
    filters: &Filters<S>,
    pooled: &mut [[f32; S]],
    positions: &mut [[u32; S]],
) {
    let bias = Eight::<I>::load(&filters.bias);
    let of_zeros = filters.bias.map(|bias| if 0.0 > bias { 0.0 } else { bias });
    for y in 0..M {
        for x in 0..M {
            let (value, position) = match window(image, y, x) {
                None => (of_zeros, [0; S]),
                Some(window) => {
                    let sums = products::<I, 3>(&window, &filters.weights.0, bias);
                    maximum(sums.map(Vector::to_array), true)
                }
            };
            pooled[(y + 1) * (M + 2) + x + 1] = value;
            positions[y * M + x] = position;
        }
    }
}

/// As [`crate::windows::scatter`].
#[inline(always)]
pub fn scatter<I: Processor, const K: usize>(
    pooled: &[[f32; S]],
    positions: &[[u32; S]],
    kernel: &Kernel<1>,
    image: &mut Image,
) {
    for y in 0..M {
        for x in 0..M {
            let values = &pooled[(y + 1) * (M + 2) + x + 1];
            if not_zero(values) == 0 {
                continue;
            }
            let positions = &positions[y * M + x];
            let mut sums = [Sixteen::<I>::splat(0.0); 2];
            for s in 0..S {
                let window = kernel.window::<K>(s, positions[s]);
                let window = window.as_flattened().first_chunk().expect("16 pixels");
                let value = Sixteen::<I>::splat(values[s]);
                sums[s % 2] = Sixteen::<I>::load(window).multiply_add(value, sums[s % 2]);
            }
            let sums = sums[0].add(sums[1]).to_array();
            let start = 2 * y * P + 2 * x;
            let rows = &mut image.0[start..start + 3 * P + 4];
            for row in 0..4 {
                for column in 0..4 {
                    rows[row * P + column][0] += sums[row * 4 + column];
                }
            }
        }
    }
}

/// As [`crate::windows::gather`], with weights `[K, K, S]`, to the pooled values that are above
/// zero in `like`.
#[inline(always)]
pub fn gather<I: Processor, const K: usize>(
    image: &Image,
    positions: &[[u32; S]],
    like: &[[f32; S]],
    weights: &[[f32; S]],
    pooled: &mut [[f32; S]],
) {
    for y in 0..M {
        for x in 0..M {
            let pixel = (y + 1) * (M + 2) + x + 1;
            pooled[pixel] = [0.0; S];
            let Some(window) = window(image, y, x) else {
                continue;
            };
            let sums = products::<I, K>(&window, weights, Eight::<I>::splat(0.0));
            let sums = sums.map(Vector::to_array);
            let positions = &positions[y * M + x];
            let mut chosen = sums[0];
            if K == 3 {
                for position in 1..4 {
                    for s in 0..S {
                        let here = positions[s] == position as u32;
                        chosen[s] = if here { sums[position][s] } else { chosen[s] };
                    }
                }
            }
            for s in 0..S {
                let alive = like[pixel][s] > 0.0;
                pooled[pixel][s] = if alive { chosen[s] } else { 0.0 };
            }
        }
    }
}

/// As [`crate::windows::correlate`], to gradients `[K, K, S]`.
#[inline(always)]
pub fn correlate<I: Processor, const K: usize>(
    image: &Image,
    pooled: &[[f32; S]],
    positions: &[[u32; S]],
    gradients: &mut [[f32; S]],
) {
    let mut sums = [[Eight::<I>::splat(0.0); K]; K];
    for y in 0..M {
        for x in 0..M {
            let values = &pooled[(y + 1) * (M + 2) + x + 1];
            if not_zero(values) == 0 {
                continue;
            }
            let Some(window) = window(image, y, x) else {
                continue;
            };
            let positions = &positions[y * M + x];
            for position in 0..if K == 4 { 1 } else { 4 } {
                let mut here = [0.0; S];
                for s in 0..S {
                    let is_here = positions[s] == position as u32;
                    here[s] = if is_here { values[s] } else { 0.0 };
                }
                let here = Eight::<I>::load(&here);
                for row in 0..K {
                    for column in 0..K {
                        let pixel = window[(position / 2 + row) * 4 + position % 2 + column];
                        let sum = &mut sums[row][column];
                        *sum = Eight::<I>::splat(pixel).multiply_add(here, *sum);
                    }
                }
            }
        }
    }
    for row in 0..K {
        for column in 0..K {
            let gradient = &mut gradients[row * K + column];
            let sum = Eight::<I>::load(gradient).add(sums[row][column]);
            sum.store(gradient);
        }
    }
}
