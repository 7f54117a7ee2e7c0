//! The three convolutional models.

use experiment::{Decoder, IMAGE_SIDE};
use rand::Rng;
use tch::{Device, Tensor};

use crate::{Parameters, init};

/// Channels after each encoder block; each block halves the side: 28, 14, 7, 3.
const CHANNELS: [i64; 4] = [1, 8, 16, 16];
/// Sides of the feature maps before each pooling.
const SIDES: [i64; 3] = [28, 14, 7];

/// Three blocks of convolution, ReLU and max-pooling, and one of three decoders.
///
/// Weights of a convolution are `[F_out, F_in, k, k]`, of a transposed one `[F_in, F_out, k, k]`.
#[derive(Debug)]
pub struct Convolutional {
    decoder: Decoder,
}

/// A layer of a decoder.
struct DecoderLayer {
    /// Its number in the notebook's class, `decoder_conv1` to `decoder_conv3`.
    number: usize,
    channels: (i64, i64),
    side: i64,
    stride: i64,
    padding: i64,
}

impl Convolutional {
    /// A model with weights drawn by [`init::layer`], under the names of the notebook's classes.
    pub fn new(decoder: Decoder, rng: &mut impl Rng, device: Device) -> (Self, Parameters) {
        let model = Convolutional { decoder };
        let mut parameters = Parameters::default();
        for block in 0..3 {
            let (inputs, outputs) = (CHANNELS[block], CHANNELS[block + 1]);
            let layer = init::layer(rng, &[outputs, inputs, 3, 3], outputs);
            parameters.add_layer(&format!("encoder_conv{}.0", block + 1), &layer, device);
        }
        for layer in model.decoder_layers() {
            let ((inputs, outputs), side) = (layer.channels, layer.side);
            let shape = match decoder {
                Decoder::Unpool => [outputs, inputs, side, side],
                Decoder::Deconv | Decoder::DeconvUnpool => [inputs, outputs, side, side],
            };
            let weights = init::layer(rng, &shape, outputs);
            parameters.add_layer(&format!("decoder_conv{}.0", layer.number), &weights, device);
        }
        (model, parameters)
    }

    pub fn decoder(&self) -> Decoder {
        self.decoder
    }

    fn decoder_layers(&self) -> Vec<DecoderLayer> {
        let layer = |number, channels, side, stride, padding| DecoderLayer {
            number,
            channels,
            side,
            stride,
            padding,
        };
        match self.decoder {
            // The first layer of this decoder is the identity.
            Decoder::Unpool => vec![layer(2, (16, 8), 3, 1, 1), layer(3, (8, 1), 3, 1, 1)],
            Decoder::Deconv => vec![
                layer(1, (16, 16), 3, 2, 0),
                layer(2, (16, 8), 4, 2, 1),
                layer(3, (8, 1), 4, 2, 1),
            ],
            Decoder::DeconvUnpool => vec![
                layer(1, (16, 16), 3, 1, 1),
                layer(2, (16, 8), 3, 1, 1),
                layer(3, (8, 1), 3, 1, 1),
            ],
        }
    }

    /// `[N, P]` to the code, `[N, 144]` (16 filters of 3 x 3), and the position of each maximum,
    /// for unpooling. `hidden` receives the feature maps `[N, F, H, W]` after each ReLU.
    pub fn encode(
        &self,
        parameters: &Parameters,
        x: &Tensor,
        hidden: &mut Vec<Tensor>,
    ) -> (Tensor, Vec<Tensor>) {
        let side = IMAGE_SIDE as i64;
        // One channel, in the layout of `channels_last`, without copying.
        let mut x = x.view([-1, side, side, 1]).permute([0, 3, 1, 2]);
        let mut maxima = Vec::new();
        for block in 0..3 {
            let (weight, bias) = parameters.layer(block);
            let sum = x.conv2d(weight, Some(bias), 1, 1, 1, 1);
            let map = if block == 2 && self.decoder == Decoder::Unpool {
                // As printed in the notebook: no ReLU in the third block of this model.
                sum
            } else {
                let map = sum.relu();
                hidden.push(map.shallow_clone());
                map
            };
            let (pooled, indices) = map.max_pool2d_with_indices([2, 2], [2, 2], 0, 1, false);
            maxima.push(indices);
            x = channels_last(&pooled);
        }
        (x.reshape([-1, 16 * 3 * 3]), maxima)
    }

    /// The code, `[N, 144]`, to the reconstruction, `[N, P]`.
    pub fn decode(
        &self,
        parameters: &Parameters,
        code: &Tensor,
        maxima: &[Tensor],
        hidden: &mut Vec<Tensor>,
    ) -> Tensor {
        let mut x = channels_last(&code.view([-1, 16, 3, 3]));
        let unpool =
            |x: &Tensor, level: usize| x.max_unpool2d(&maxima[level], [SIDES[level], SIDES[level]]);
        let mut layers = self.decoder_layers().into_iter().enumerate().peekable();
        if self.decoder == Decoder::Unpool {
            x = unpool(&x, 2);
        }
        while let Some((index, layer)) = layers.next() {
            if self.decoder != Decoder::Deconv {
                x = unpool(&x, 3 - layer.number);
            }
            let (weight, bias) = parameters.layer(3 + index);
            let (stride, padding) = (layer.stride, layer.padding);
            x = match self.decoder {
                Decoder::Unpool => x.conv2d(weight, Some(bias), stride, padding, 1, 1),
                Decoder::Deconv | Decoder::DeconvUnpool => {
                    x.conv_transpose2d(weight, Some(bias), stride, padding, 0, 1, 1)
                }
            }
            .relu();
            if layers.peek().is_some() {
                hidden.push(x.shallow_clone());
            }
        }
        x.reshape([-1, (IMAGE_SIDE * IMAGE_SIDE) as i64])
    }
}

/// The same values with the channels of a pixel side by side. libtorch's convolutions of few
/// channels are about twice as fast in this layout, and keep it.
fn channels_last(x: &Tensor) -> Tensor {
    x.permute([0, 2, 3, 1]).contiguous().permute([0, 3, 1, 2])
}
