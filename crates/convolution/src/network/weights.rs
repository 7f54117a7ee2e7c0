//! A model's weights and biases, from PyTorch's layouts to those of the kernels.

use super::layers::{Decoder, layers};
use crate::kernels::{pooling::Filters, windows::Kernel};

/// A model's weights, in each layout that a kernel needs.
#[derive(Clone)]
pub struct Weights {
    pub decoder: Decoder,
    pub encoder_conv1: Filters<8>,
    pub encoder_conv2: Filters<16>,
    pub encoder_conv3: Filters<16>,
    /// The weights of `encoder_conv2` again, for the backward pass.
    pub encoder_conv2_back: Kernel<8>,
    /// The weights of `encoder_conv3` again, for the backward pass.
    pub encoder_conv3_back: Kernel<16>,
    /// `None` where the decoder's first layer is an unpooling alone.
    pub decoder_conv1: Option<(Kernel<16>, [f32; 16])>,
    pub decoder_conv2: (Kernel<8>, [f32; 8]),
    pub decoder_conv3: (Kernel<1>, [f32; 1]),
    /// The weights of `decoder_conv3` again, `[KERNEL, KERNEL, 8]`, for the backward pass.
    pub decoder_conv3_back: [[f32; 8]; 16],
}

impl Weights {
    /// Arranges the parameters that [`super::ConvAe::new`] describes; panics if their number or one of
    /// their sizes differs.
    pub fn new(decoder: Decoder, parameters: &[&[f32]]) -> Self {
        let layers = layers(decoder);
        assert_eq!(parameters.len(), 2 * layers.len(), "weights and biases");
        for (layer, weights) in layers.iter().zip(parameters.iter().step_by(2)) {
            assert_eq!(weights.len(), layer.weights(), "weights of {layer:?}");
        }
        let weight = |index: usize| {
            let (layer, weights) = (layers[index], parameters[2 * index]);
            move |p, row, column, f| weights[layer.index(p, row, column, f)]
        };
        let bias = |index: usize| parameters[2 * index + 1];
        let last = layers.len() - 1;
        let side = layers[last].kernel;
        let mut decoder_conv3_back = [[0.0; 8]; 16];
        for row in 0..side {
            for column in 0..side {
                for p in 0..8 {
                    decoder_conv3_back[row * side + column][p] = weight(last)(p, row, column, 0);
                }
            }
        }
        let decoder_conv1 = || (Kernel::new::<16, 3>(weight(3)), array(bias(3)));
        Weights {
            decoder,
            encoder_conv1: Filters::new::<1>(weight(0), array(bias(0))),
            encoder_conv2: Filters::new::<8>(weight(1), array(bias(1))),
            encoder_conv3: Filters::new::<16>(weight(2), array(bias(2))),
            encoder_conv2_back: Kernel::new::<16, 3>(weight(1)),
            encoder_conv3_back: Kernel::new::<16, 3>(weight(2)),
            decoder_conv1: (decoder != Decoder::Unpool).then(decoder_conv1),
            decoder_conv2: (
                kernel::<16, 8>(side, weight(last - 1)),
                array(bias(last - 1)),
            ),
            decoder_conv3: (kernel::<8, 1>(side, weight(last)), array(bias(last))),
            decoder_conv3_back,
        }
    }
}

/// A kernel of a side that is known at run time, 3 or 4.
fn kernel<const C_POOLED: usize, const C_FULL: usize>(
    side: usize,
    weight: impl Fn(usize, usize, usize, usize) -> f32,
) -> Kernel<C_FULL> {
    match side {
        3 => Kernel::new::<C_POOLED, 3>(weight),
        _ => Kernel::new::<C_POOLED, 4>(weight),
    }
}

fn array<const C: usize>(bias: &[f32]) -> [f32; C] {
    bias.try_into().expect("a bias for each output channel")
}
