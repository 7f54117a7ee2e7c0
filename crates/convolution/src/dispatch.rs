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
            // SAFETY: the processor has AVX2, FMA, AVX-512 F and VL, all that the function is compiled for.
            return unsafe { with_avx512(task) };
        }
        // SAFETY: the processor has AVX2 and FMA, all that the function is compiled for.
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

#[cfg(test)]
mod tests {
    use experiment::{Decoder, PIXELS};

    use super::*;
    use crate::{Backward, Loss, Weights, weights::layouts};

    /// Numbers between -1 and 1 without a pattern.
    fn numbers(count: usize, seed: u32) -> Vec<f32> {
        let mut state = seed;
        let next = move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1 << 23) as f32 - 1.0
        };
        std::iter::repeat_with(next).take(count).collect()
    }

    /// A digit of a kind: a disc of uneven brightness on black.
    fn images(count: usize) -> Vec<f32> {
        let mut pixels = numbers(count * PIXELS, 1);
        for (index, pixel) in pixels.iter_mut().enumerate() {
            let (y, x) = (index % PIXELS / 28, index % 28);
            let inside = y.abs_diff(14).pow(2) + x.abs_diff(11).pow(2) < 64;
            *pixel = if inside { pixel.abs() } else { 0.0 };
        }
        pixels
    }

    fn weights(decoder: Decoder) -> Weights {
        let mut parameters = Vec::new();
        for layout in layouts(decoder) {
            let fan_in = (layout.s * layout.k * layout.k) as f32;
            let seed = parameters.len() as u32;
            let weights = numbers(layout.len(), 10 + seed);
            parameters.push(
                weights
                    .iter()
                    .map(|w| w / fan_in.sqrt())
                    .collect::<Vec<f32>>(),
            );
            let units = if seed < 6 { layout.s } else { layout.d };
            parameters.push(
                numbers(units, 20 + seed)
                    .iter()
                    .map(|b| 0.2 * b.abs())
                    .collect(),
            );
        }
        let slices: Vec<&[f32]> = parameters.iter().map(Vec::as_slice).collect();
        Weights::new(decoder, &slices)
    }

    fn assert_near(a: &Loss, b: &Loss) {
        assert!(a.value > 0.0 && (a.value - b.value).abs() < 1e-6 * a.value);
        for (index, (a, b)) in a.gradients.iter().zip(&b.gradients).enumerate() {
            let scale = a.iter().fold(0.0, |most: f32, value| most.max(value.abs()));
            assert!(scale > 0.0, "gradient {index} is zero");
            for (a, b) in a.iter().zip(b) {
                assert!((a - b).abs() < 1e-5 * scale, "gradient {index}: {a}, {b}");
            }
        }
    }

    #[test]
    fn vectors_of_both_lengths_give_the_same_bits_and_portable_code_nearly() {
        let images = images(if cfg!(miri) { 1 } else { 3 });
        for decoder in [Decoder::Unpool, Decoder::Deconv, Decoder::DeconvUnpool] {
            let weights = weights(decoder);
            let task = || Backward {
                weights: &weights,
                input: &images,
                target: &images,
                sparsity: 1e-4,
            };
            let portable = task().run::<Portable>();
            assert_near(&portable, &run(task()));
            #[cfg(target_arch = "x86_64")]
            if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                // SAFETY: the processor has the features.
                let avx2 = unsafe { with_avx2(task()) };
                assert_near(&portable, &avx2);
                // With AVX-512, where the processor has it.
                let best = run(task());
                assert_eq!(best.value.to_bits(), avx2.value.to_bits());
                assert_eq!(best.gradients, avx2.gradients);
            }
        }
    }
}
