use experiment::Decoder;

use crate::{pixels::Pixels, weights::layouts};

/// Gradients of a model's weights, as the kernels give them.
pub struct Gradients {
    /// `[K, K, S]`.
    pub encoder_1: [[f32; 8]; 9],
    /// `[S, K, K, D]`, as the following.
    pub encoder_2: Pixels<144, 8>,
    pub encoder_3: Pixels<144, 16>,
    pub decoder_3: Pixels<144, 16>,
    pub decoder_2: Pixels<256, 8>,
    /// `[K, K, S]`.
    pub decoder_1: [[f32; 8]; 16],
    pub encoder_biases: ([f32; 8], [f32; 16], [f32; 16]),
    pub decoder_biases: ([f32; 16], [f32; 8], [f32; 1]),
}

impl Gradients {
    pub fn zeros() -> Box<Self> {
        Box::new(Gradients {
            encoder_1: [[0.0; 8]; 9],
            encoder_2: Pixels::zeros(),
            encoder_3: Pixels::zeros(),
            decoder_3: Pixels::zeros(),
            decoder_2: Pixels::zeros(),
            decoder_1: [[0.0; 8]; 16],
            encoder_biases: ([0.0; 8], [0.0; 16], [0.0; 16]),
            decoder_biases: ([0.0; 16], [0.0; 8], [0.0; 1]),
        })
    }

    /// In PyTorch's order and layouts.
    pub fn to_pytorch(&self, decoder: Decoder) -> Vec<Vec<f32>> {
        let layouts = layouts(decoder);
        let mut gradients = Vec::new();
        let mut add = |gradient: &dyn Fn(usize, usize, usize) -> f32, bias: &[f32]| {
            let layout = layouts[gradients.len() / 2];
            let k = layout.k;
            let mut weights = vec![0.0; layout.len()];
            for s in 0..layout.s {
                for row in 0..k {
                    for column in 0..k {
                        for d in 0..layout.d {
                            weights[layout.index(s, row, column, d)] =
                                gradient(s, row * k + column, d);
                        }
                    }
                }
            }
            gradients.push(weights);
            gradients.push(bias.to_vec());
        };
        let k = layouts[layouts.len() - 1].k;
        let (encoder, decoders) = (&self.encoder_biases, &self.decoder_biases);
        add(&|s, tap, _| self.encoder_1[tap][s], &encoder.0);
        add(&|s, tap, d| self.encoder_2.0[s * 9 + tap][d], &encoder.1);
        add(&|s, tap, d| self.encoder_3.0[s * 9 + tap][d], &encoder.2);
        if decoder != Decoder::Unpool {
            add(&|s, tap, d| self.decoder_3.0[s * 9 + tap][d], &decoders.0);
        }
        add(
            &|s, tap, d| self.decoder_2.0[s * k * k + tap][d],
            &decoders.1,
        );
        add(&|s, tap, _| self.decoder_1[tap][s], &decoders.2);
        gradients
    }
}
