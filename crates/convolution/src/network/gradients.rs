//! The gradients of a model's parameters, from the kernels' layouts to PyTorch's.

use super::layers::{Decoder, Layer, layers};
use crate::kernels::AlignedRows;

/// The gradients of a layer, `OUTPUTS` of whose channels have a bias.
pub struct LayerGradients<const ROWS: usize, const C: usize, const OUTPUTS: usize> {
    pub weights: AlignedRows<ROWS, C>,
    pub bias: [f32; OUTPUTS],
}

/// The gradients of a model, summed over images.
pub struct Gradients {
    /// Weights `[3, 3, 8]`.
    pub encoder_conv1: LayerGradients<9, 8, 8>,
    /// Weights `[16, 3, 3, 8]`.
    pub encoder_conv2: LayerGradients<144, 8, 16>,
    /// Weights `[16, 3, 3, 16]`.
    pub encoder_conv3: LayerGradients<144, 16, 16>,
    /// Weights `[16, 3, 3, 16]`; unused where the decoder's first layer is an unpooling alone.
    pub decoder_conv1: LayerGradients<144, 16, 16>,
    /// Weights `[16, KERNEL, KERNEL, 8]`.
    pub decoder_conv2: LayerGradients<256, 8, 8>,
    /// Weights `[KERNEL, KERNEL, 8]`.
    pub decoder_conv3: LayerGradients<16, 8, 1>,
}

impl Gradients {
    /// All zeros.
    pub fn zeros() -> Box<Self> {
        Box::new(Gradients {
            encoder_conv1: LayerGradients::zeros(),
            encoder_conv2: LayerGradients::zeros(),
            encoder_conv3: LayerGradients::zeros(),
            decoder_conv1: LayerGradients::zeros(),
            decoder_conv2: LayerGradients::zeros(),
            decoder_conv3: LayerGradients::zeros(),
        })
    }

    /// Adds those of other images.
    pub fn add(&mut self, other: &Self) {
        self.encoder_conv1.add(&other.encoder_conv1);
        self.encoder_conv2.add(&other.encoder_conv2);
        self.encoder_conv3.add(&other.encoder_conv3);
        self.decoder_conv1.add(&other.decoder_conv1);
        self.decoder_conv2.add(&other.decoder_conv2);
        self.decoder_conv3.add(&other.decoder_conv3);
    }

    /// The gradients in PyTorch's order and layouts, those of the parameters of
    /// [`super::ConvAe::new`].
    pub fn to_pytorch(&self, decoder: Decoder) -> Vec<Vec<f32>> {
        let mut layers = layers(decoder).into_iter();
        let mut layer = || layers.next().expect("as many layers as the decoder has");
        let mut gradients = Vec::new();
        gradients.extend(self.encoder_conv1.taps_first(layer()));
        gradients.extend(self.encoder_conv2.channels_first(layer()));
        gradients.extend(self.encoder_conv3.channels_first(layer()));
        if decoder != Decoder::Unpool {
            gradients.extend(self.decoder_conv1.channels_first(layer()));
        }
        gradients.extend(self.decoder_conv2.channels_first(layer()));
        gradients.extend(self.decoder_conv3.taps_first(layer()));
        gradients
    }
}

impl<const ROWS: usize, const C: usize, const OUTPUTS: usize> LayerGradients<ROWS, C, OUTPUTS> {
    fn zeros() -> Self {
        LayerGradients {
            weights: AlignedRows::zeros(),
            bias: [0.0; OUTPUTS],
        }
    }

    fn add(&mut self, other: &Self) {
        let weights = self.weights.0.as_flattened_mut().iter_mut();
        for (sum, summand) in weights.zip(other.weights.0.as_flattened()) {
            *sum += summand;
        }
        for (sum, summand) in self.bias.iter_mut().zip(&other.bias) {
            *sum += summand;
        }
    }

    /// Weights and bias in PyTorch's layout, from weights `[C_POOLED, KERNEL, KERNEL, C_FULL]`.
    fn channels_first(&self, layer: Layer) -> [Vec<f32>; 2] {
        let side = layer.kernel;
        let weight = |p: usize, row: usize, column: usize, f: usize| {
            self.weights.0[(p * side + row) * side + column][f]
        };
        [layer.to_pytorch(weight), self.bias.to_vec()]
    }

    /// Weights and bias in PyTorch's layout, from weights `[KERNEL, KERNEL, C_POOLED]` of a layer
    /// with one full channel.
    fn taps_first(&self, layer: Layer) -> [Vec<f32>; 2] {
        let weight =
            |p: usize, row: usize, column: usize, _| self.weights.0[row * layer.kernel + column][p];
        [layer.to_pytorch(weight), self.bias.to_vec()]
    }
}
