use experiment::Decoder;

use crate::{layout::Layout, pooling::Filters, windows::Kernel};

/// A model's weights as the kernels take them.
#[derive(Clone)]
pub struct Weights {
    pub decoder: Decoder,
    pub encoder_1: Filters<8>,
    pub encoder_2: Filters<16>,
    pub encoder_3: Filters<16>,
    /// Those of the encoder's second and third layer again, for the way back.
    pub encoder_2_back: Kernel<8>,
    pub encoder_3_back: Kernel<16>,
    /// Absent where the decoder's first layer is the identity.
    pub decoder_3: Option<(Kernel<16>, [f32; 16])>,
    pub decoder_2: (Kernel<8>, [f32; 8]),
    pub decoder_1: (Kernel<1>, [f32; 1]),
    /// The last again, `[K, K, S]`.
    pub decoder_1_back: [[f32; 8]; 16],
}

/// The layers of a model in PyTorch's order.
pub fn layouts(decoder: Decoder) -> Vec<Layout> {
    let layer = |d, s, k| Layout {
        s,
        d,
        k,
        after_unpooling: false,
    };
    let unpooled = |d, s| Layout {
        after_unpooling: true,
        ..layer(d, s, 3)
    };
    let mut layouts = vec![layer(1, 8, 3), layer(8, 16, 3), layer(16, 16, 3)];
    layouts.extend(match decoder {
        Decoder::Unpool => vec![unpooled(8, 16), unpooled(1, 8)],
        Decoder::Deconv => vec![layer(16, 16, 3), layer(8, 16, 4), layer(1, 8, 4)],
        Decoder::DeconvUnpool => vec![layer(16, 16, 3), layer(8, 16, 3), layer(1, 8, 3)],
    });
    layouts
}

impl Weights {
    /// From weights and biases in PyTorch's order and layouts.
    pub fn new(decoder: Decoder, parameters: &[&[f32]]) -> Self {
        let layouts = layouts(decoder);
        assert_eq!(parameters.len(), 2 * layouts.len(), "weights and biases");
        for (layout, weights) in layouts.iter().zip(parameters.iter().step_by(2)) {
            assert_eq!(weights.len(), layout.len(), "weights of {layout:?}");
        }
        let weight = |layer: usize| {
            let (layout, weights) = (layouts[layer], parameters[2 * layer]);
            move |s, row, column, d| weights[layout.index(s, row, column, d)]
        };
        let bias = |layer: usize| parameters[2 * layer + 1];
        let last = layouts.len() - 1;
        let k = layouts[last].k;
        let mut decoder_1_back = [[0.0; 8]; 16];
        for row in 0..k {
            for column in 0..k {
                for s in 0..8 {
                    decoder_1_back[row * k + column][s] = weight(last)(s, row, column, 0);
                }
            }
        }
        Weights {
            decoder,
            encoder_1: Filters::new::<1>(weight(0), bias(0)),
            encoder_2: Filters::new::<8>(weight(1), bias(1)),
            encoder_3: Filters::new::<16>(weight(2), bias(2)),
            encoder_2_back: Kernel::new::<16, 3>(weight(1)),
            encoder_3_back: Kernel::new::<16, 3>(weight(2)),
            decoder_3: (last == 5).then(|| (Kernel::new::<16, 3>(weight(3)), array(bias(3)))),
            decoder_2: (kernel::<16, 8>(k, weight(last - 1)), array(bias(last - 1))),
            decoder_1: (kernel::<8, 1>(k, weight(last)), array(bias(last))),
            decoder_1_back,
        }
    }
}

fn kernel<const S: usize, const D: usize>(
    k: usize,
    weight: impl Fn(usize, usize, usize, usize) -> f32,
) -> Kernel<D> {
    match k {
        3 => Kernel::new::<S, 3>(weight),
        _ => Kernel::new::<S, 4>(weight),
    }
}

fn array<const N: usize>(values: &[f32]) -> [f32; N] {
    values.try_into().expect("a bias for each channel")
}
