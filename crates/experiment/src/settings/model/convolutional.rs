//! The assignment's convolutional autoencoders.

use serde::{Deserialize, Serialize};

use super::{
    Activation, Initialization,
    layer::{Layer, Layers, Operation, Part, Shape, Window},
};
use crate::IMAGE_SIDE;

/// Three blocks of convolution, ReLU and max-pooling to a code of 16 filters of 3 x 3, and one of
/// three decoders.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ConvolutionalSpec {
    /// How the code becomes an image again.
    pub decoder: Decoder,
    /// How the first weights are drawn.
    pub initialization: Initialization,
}

/// The decoder of a convolutional model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decoder {
    /// Max-unpooling, then convolutions.
    #[default]
    Unpool,
    /// Transposed convolutions with stride 2.
    Deconv,
    /// Max-unpooling, then transposed convolutions with stride 1.
    DeconvUnpool,
}

/// The image, then what each encoder block gives before its max-pooling.
const MAPS: [Shape; 4] = [
    Shape {
        channels: 1,
        rows: IMAGE_SIDE,
        columns: IMAGE_SIDE,
    },
    Shape {
        channels: 8,
        rows: 28,
        columns: 28,
    },
    Shape {
        channels: 16,
        rows: 14,
        columns: 14,
    },
    Shape {
        channels: 16,
        rows: 7,
        columns: 7,
    },
];
const SAME: Window = Window {
    kernel: 3,
    stride: 1,
    padding: 1,
};

impl ConvolutionalSpec {
    pub(super) fn layers(&self) -> Vec<Layer> {
        let mut layers = Layers::new(MAPS[0]);
        for (block, map) in (1..).zip(&MAPS[1..]) {
            // As printed in the notebook: no ReLU in the third block of this model.
            let activation = if block == 3 && self.decoder == Decoder::Unpool {
                Activation::Linear
            } else {
                Activation::Relu
            };
            let name = Some(format!("encoder_conv{block}.0"));
            let convolution = Operation::Convolution(SAME);
            layers.add(Part::Encoder, name, convolution, activation, *map);
            let pooled = Shape::square(map.channels, map.rows / 2);
            let pool = Operation::MaxPool { size: 2 };
            layers.add(Part::Encoder, None, pool, Activation::Linear, pooled);
        }
        // Channels after each decoder layer. Of a decoder that unpools, layer `number` follows the
        // unpooling that undoes the encoder's pooling 3 - `number`, counted from 0.
        for (number, channels) in [(1, 16), (2, 8), (3, 1)] {
            let pool = 3 - number;
            let side = MAPS[pool + 1].rows;
            if self.decoder != Decoder::Deconv {
                let unpooled = Shape::square(layers.shape.channels, side);
                let unpool = Operation::MaxUnpool { pool };
                layers.add(Part::Decoder, None, unpool, Activation::Linear, unpooled);
            }
            let operation = match self.decoder {
                // The first layer of this decoder is the identity.
                Decoder::Unpool if number == 1 => continue,
                Decoder::Unpool => Operation::Convolution(SAME),
                Decoder::DeconvUnpool => Operation::TransposedConvolution(SAME),
                Decoder::Deconv => Operation::TransposedConvolution(Window {
                    kernel: if number == 1 { 3 } else { 4 },
                    stride: 2,
                    padding: if number == 1 { 0 } else { 1 },
                }),
            };
            let name = Some(format!("decoder_conv{number}.0"));
            let output = Shape::square(channels, side);
            layers.add(Part::Decoder, name, operation, Activation::Relu, output);
        }
        layers.layers
    }

    /// A short description.
    pub(super) fn describe(&self) -> String {
        let decoder = match self.decoder {
            Decoder::Unpool => "unpooling",
            Decoder::Deconv => "transposed convolution",
            Decoder::DeconvUnpool => "unpooling and transposed convolution",
        };
        let mut text = format!("convolutional, {decoder}");
        if self.initialization != Initialization::default() {
            text += &format!(", {} initialization", self.initialization.name());
        }
        text
    }

    /// Checks the settings. The error is a message that names the field.
    pub(super) fn check(&self) -> Result<(), String> {
        if self.initialization == Initialization::Sparse {
            return Err(
                "model.initialization of a convolutional model must be pytorch, he or glorot, \
                 found sparse"
                    .to_owned(),
            );
        }
        Ok(())
    }
}
