//! Random models and batches for which `f32` is exact in a forward pass: all numbers are small
//! multiples of a power of two. So maxima are the same in `f32` and `f64`, and ties are frequent.

use convolution::{CODE_UNITS, ConvAe, Decoder, PIXELS};
use proptest::sample::Index;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::reference::{Batch, outputs, weight_shapes};

pub const DECODERS: [Decoder; 3] = [Decoder::Unpool, Decoder::Deconv, Decoder::DeconvUnpool];

/// A model and a batch.
pub struct Case {
    pub decoder: Decoder,
    /// For each layer its weights, then its biases.
    pub parameters: Vec<Vec<f32>>,
    /// `[N, P]`.
    pub input: Vec<f32>,
    /// `[N, P]`.
    pub target: Vec<f32>,
    /// `[N, U]`, all zeros.
    pub code_noise: Vec<f32>,
    pub sparsity: f64,
}

impl Case {
    pub fn new(decoder: Decoder, seed: u64, images: usize) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut parameters = Vec::new();
        for (layer, shape) in weight_shapes(decoder).into_iter().enumerate() {
            let count = shape.iter().product::<usize>();
            let outputs = outputs(decoder, layer);
            // About eight weights of an output are not zero, so that values neither grow nor vanish.
            let inputs = shape[0] * shape[1] / outputs;
            let odds = (inputs * if layer < 3 { 36 } else { 9 } / 16).max(3);
            let mut weight = || match rng.random_range(0..odds) {
                0 => -0.5,
                1 => 0.5,
                _ => 0.0,
            };
            parameters.push((0..count).map(|_| weight()).collect());
            let mut bias = || rng.random_range(-1_i32..=3) as f32 / 8.0;
            parameters.push((0..outputs).map(|_| bias()).collect());
        }
        // Discs of few gray levels on black, as digits are.
        let mut digits = || -> Vec<f32> {
            let center = rng.random_range(8..20_usize);
            let pixel = |index: usize| {
                let (y, x) = (index % PIXELS / 28, index % 28);
                let inside = y.abs_diff(14).pow(2) + x.abs_diff(center).pow(2) < 64;
                let level = rng.random_range(0..5_i32) as f32 / 4.0;
                if inside { level } else { 0.0 }
            };
            (0..images * PIXELS).map(pixel).collect()
        };
        Case {
            decoder,
            parameters,
            input: digits(),
            target: digits(),
            code_noise: vec![0.0; images * CODE_UNITS],
            sparsity: 0.0,
        }
    }

    pub fn add_code_noise(&mut self, seed: u64) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        for noise in &mut self.code_noise {
            *noise = rng.random_range(-4_i32..=4) as f32 / 4.0;
        }
    }

    /// Kills a layer, if `index` is of its weights, or its first filter, if it is of its biases.
    pub fn kill(&mut self, index: Index) {
        let index = index.index(self.parameters.len());
        if index.is_multiple_of(2) {
            self.parameters[index].fill(0.0);
        } else {
            self.parameters[index][0] = -100.0;
        }
    }

    pub fn model(&self) -> ConvAe {
        let slices: Vec<&[f32]> = self.parameters.iter().map(Vec::as_slice).collect();
        ConvAe::new(self.decoder, &slices)
    }

    pub fn batch(&self) -> Batch<'_> {
        Batch {
            input: &self.input,
            target: &self.target,
            code_noise: &self.code_noise,
            sparsity: self.sparsity,
        }
    }
}
