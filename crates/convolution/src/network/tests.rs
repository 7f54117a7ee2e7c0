//! Every instruction set computes the same, which the public functions cannot show: they choose one;
//! and so does any number of threads.

use super::{
    CODE_UNITS, ConvAe, Decoder, GROUP, PIXELS, Sums, SumsTask, layers::layers, weights::Weights,
};
use crate::simd::{self, Portable, Task};

/// Numbers between -1 and 1 without a pattern.
fn numbers(count: usize, seed: u32) -> Vec<f32> {
    let mut state = seed;
    let next = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    std::iter::repeat_with(next).take(count).collect()
}

/// Something like digits: a disc of uneven brightness on black.
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
    let mut parameters: Vec<Vec<f32>> = Vec::new();
    for layer in layers(decoder) {
        let fan_in = (layer.pooled_channels * layer.kernel * layer.kernel) as f32;
        let seed = parameters.len() as u32;
        let weights = numbers(layer.weights(), 10 + seed);
        parameters.push(weights.iter().map(|w| w / fan_in.sqrt()).collect());
        let outputs = if seed < 6 {
            layer.pooled_channels
        } else {
            layer.full_channels
        };
        let biases = numbers(outputs, 20 + seed);
        parameters.push(biases.iter().map(|b| 0.2 * b.abs()).collect());
    }
    let slices: Vec<&[f32]> = parameters.iter().map(Vec::as_slice).collect();
    Weights::new(decoder, &slices)
}

fn assert_near(decoder: Decoder, a: &Sums, b: &Sums) {
    assert!(a.squares > 0.0 && (a.squares - b.squares).abs() < 1e-6 * a.squares);
    let [a, b] = [a, b].map(|sums| sums.gradients.to_pytorch(decoder));
    for (index, (a, b)) in a.iter().zip(&b).enumerate() {
        let scale = a.iter().fold(0.0, |max: f32, value| max.max(value.abs()));
        assert!(scale > 0.0, "gradient {index} is zero");
        for (a, b) in a.iter().zip(b) {
            assert!((a - b).abs() < 1e-5 * scale, "gradient {index}: {a}, {b}");
        }
    }
}

#[test]
fn vectors_of_both_widths_give_the_same_bits_and_portable_code_nearly() {
    let images = images(if cfg!(miri) { 1 } else { 3 });
    for decoder in [Decoder::Unpool, Decoder::Deconv, Decoder::DeconvUnpool] {
        let weights = weights(decoder);
        let task = || SumsTask {
            weights: &weights,
            input: &images,
            target: &images,
            scale: 2.0 / images.len() as f32,
            sparsity: 1e-4,
        };
        let portable = task().run::<Portable>();
        assert_near(decoder, &portable, &simd::run(task()));
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            // SAFETY: the processor has the features.
            let avx2 = unsafe { simd::with_avx2(task()) };
            assert_near(decoder, &portable, &avx2);
            // With AVX-512, where the processor has it.
            let best = simd::run(task());
            assert_eq!(best.squares.to_bits(), avx2.squares.to_bits());
            assert_eq!(best.activity.to_bits(), avx2.activity.to_bits());
            assert_eq!(
                best.gradients.to_pytorch(decoder),
                avx2.gradients.to_pytorch(decoder)
            );
        }
    }
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let count = if cfg!(miri) { 1 } else { 4 * GROUP + 3 };
    let images = images(count);
    let noise = numbers(count * CODE_UNITS, 2);
    for decoder in [Decoder::Unpool, Decoder::Deconv, Decoder::DeconvUnpool] {
        let weights = weights(decoder);
        let model = ConvAe { weights };
        let compute = || {
            let step = model.loss_and_gradients(&images, &images, 1e-4);
            let output = model.forward(&images, Some(&noise));
            let numbers = [step.loss, step.mse, step.penalty].map(f64::to_bits);
            (numbers, step.gradients, output.reconstruction, output.code)
        };
        let outside = compute();
        for threads in [1, 2, 3] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
            let found = pool.build().unwrap().install(compute);
            assert!(found == outside, "{threads} threads");
        }
    }
}
