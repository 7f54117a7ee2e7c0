//! The layers of the three models, and where PyTorch keeps their weights.

/// The decoder of a model. All three have the same encoder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decoder {
    /// Max-unpooling, then convolutions; the first layer is an unpooling alone, and the third layer
    /// of the encoder has no ReLU.
    Unpool,
    /// Transposed convolutions with stride 2.
    Deconv,
    /// Max-unpooling, then transposed convolutions with stride 1.
    DeconvUnpool,
}

/// A layer between a pooled feature map and a full one: to the pooled one in the encoder, to the
/// full one in the decoder.
#[derive(Clone, Copy, Debug)]
pub struct Layer {
    pub pooled_channels: usize,
    pub full_channels: usize,
    /// Side of the kernel.
    pub kernel: usize,
    /// Whether it is a convolution that follows an unpooling, which PyTorch keeps as
    /// `[full_channels, pooled_channels, kernel, kernel]`; the others are
    /// `[pooled_channels, full_channels, kernel, kernel]`. The value above a pixel meets the
    /// uppermost row of such a kernel, hence the pixel above a value the lowest: the patch around a
    /// value is multiplied by the kernel rotated by 180 degrees.
    pub after_unpooling: bool,
}

/// The layers of a model in PyTorch's order: see [`super::ConvAe::new`].
pub fn layers(decoder: Decoder) -> Vec<Layer> {
    let layer = |full_channels, pooled_channels, kernel| Layer {
        pooled_channels,
        full_channels,
        kernel,
        after_unpooling: false,
    };
    let unpooled = |full_channels, pooled_channels| Layer {
        after_unpooling: true,
        ..layer(full_channels, pooled_channels, 3)
    };
    let mut layers = vec![layer(1, 8, 3), layer(8, 16, 3), layer(16, 16, 3)];
    layers.extend(match decoder {
        Decoder::Unpool => vec![unpooled(8, 16), unpooled(1, 8)],
        Decoder::Deconv => vec![layer(16, 16, 3), layer(8, 16, 4), layer(1, 8, 4)],
        Decoder::DeconvUnpool => vec![layer(16, 16, 3), layer(8, 16, 3), layer(1, 8, 3)],
    });
    layers
}

impl Layer {
    /// Number of weights, biases left out.
    pub fn weights(self) -> usize {
        self.pooled_channels * self.full_channels * self.kernel * self.kernel
    }

    /// Where PyTorch keeps the weight between pooled channel `p` and full channel `f` for a row and
    /// a column of the patch around a pooled value.
    pub fn index(self, p: usize, row: usize, column: usize, f: usize) -> usize {
        let last = self.kernel - 1;
        let (outer, row, column) = if self.after_unpooling {
            (f * self.pooled_channels + p, last - row, last - column)
        } else {
            (p * self.full_channels + f, row, column)
        };
        (outer * self.kernel + row) * self.kernel + column
    }

    /// All weights as PyTorch keeps them, from `weight(p, row, column, f)`.
    pub fn to_pytorch(self, weight: impl Fn(usize, usize, usize, usize) -> f32) -> Vec<f32> {
        let mut weights = vec![0.0; self.weights()];
        for p in 0..self.pooled_channels {
            for row in 0..self.kernel {
                for column in 0..self.kernel {
                    for f in 0..self.full_channels {
                        weights[self.index(p, row, column, f)] = weight(p, row, column, f);
                    }
                }
            }
        }
        weights
    }
}
