//! The layers of a model: the one description that parameters, operations, memory, the engines that
//! compute and the tables of a report follow from.

use std::fmt::{self, Display};

use super::Activation;

/// The size of what a layer takes or gives: for a fully connected layer `channels` units of one
/// row and column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// C, filters of a feature map or units.
    pub channels: usize,
    /// H.
    pub rows: usize,
    /// W.
    pub columns: usize,
}

impl Shape {
    /// The shape of `units` numbers without rows and columns.
    pub fn units(units: usize) -> Self {
        Shape {
            channels: units,
            rows: 1,
            columns: 1,
        }
    }

    /// The shape of a square feature map.
    pub fn square(channels: usize, side: usize) -> Self {
        Shape {
            channels,
            rows: side,
            columns: side,
        }
    }

    /// How many numbers it holds for each image.
    pub fn size(&self) -> usize {
        self.channels * self.rows * self.columns
    }
}

impl Display for Shape {
    /// `28 x 28`, or `3 x 32 x 32` with several channels.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        if self.channels > 1 {
            write!(f, "{} x ", self.channels)?;
        }
        write!(f, "{} x {}", self.rows, self.columns)
    }
}

/// Whether a layer leads to the code or away from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// From the image to the code.
    Encoder,
    /// Beside the encoder's last layer with weights, from the same input: the logarithm of the
    /// variance of a variational code. It follows that layer in the list.
    LogVariance,
    /// From the code to the reconstruction.
    Decoder,
}

/// What a layer computes, its activation left out. Images are `[N, C, H, W]`.
#[derive(Clone, Debug, PartialEq)]
pub enum Operation {
    /// x W^T + b, with W `[U_out, U_in]`.
    Linear,
    /// x W + b, with the W `[U_in, U_out]` of a linear layer of the encoder.
    TiedLinear {
        /// Which layer of the model that is, counted from 0.
        layer: usize,
    },
    /// A convolution with W `[C_out, C_in, K, K]`.
    Convolution(Window),
    /// A transposed convolution with W `[C_in, C_out, K, K]`.
    TransposedConvolution(Window),
    /// The maximum of each square of `size` x `size`; what is left at the edge is dropped.
    MaxPool {
        /// Rows and columns of a square, and the stride.
        size: usize,
    },
    /// Each number goes where the maximum was that a max-pooling found; all else is 0.
    MaxUnpool {
        /// Which max-pooling, counted from 0 at the input.
        pool: usize,
    },
    /// The `k` largest of all numbers of an image stay, the others become 0 (Makhzani and Frey, 2014).
    TopK {
        /// How many stay.
        k: usize,
    },
    /// The units that it takes, and after them those that its part begins with: the image in the
    /// encoder, the code in the decoder. A skip connection, of linear layers.
    AppendStart,
    /// A batch normalization over the images and pixels of each channel, with its scale and offset.
    BatchNorm,
    /// A group normalization, with a scale and an offset for each channel.
    GroupNorm {
        /// Into how many groups the channels are divided.
        groups: usize,
    },
    /// In training, each number is 0 with the probability `share`, and the others are divided by
    /// 1 - `share` (Srivastava et al., 2014); otherwise the identity.
    Dropout {
        /// The probability.
        share: f64,
    },
}

/// The window of a convolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// K: its rows and columns.
    pub kernel: usize,
    /// Pixels from one of its positions to the next.
    pub stride: usize,
    /// Zeros at each edge.
    pub padding: usize,
}

impl Window {
    /// How many positions it has along a side of a feature map; `None` if it does not fit.
    pub fn positions(&self, side: usize) -> Option<usize> {
        let free = (side + 2 * self.padding).checked_sub(self.kernel)?;
        Some(free.checked_div(self.stride)? + 1)
    }

    /// How many rows, less than the stride, are added at the end of what a transposed convolution makes
    /// of a side `from`, so that it is `to`: PyTorch's `output_padding`. `None` if that is impossible.
    pub fn added_rows(&self, from: usize, to: usize) -> Option<usize> {
        let plain = from.checked_sub(1)? * self.stride + self.kernel;
        let added = (to + 2 * self.padding).checked_sub(plain)?;
        (added < self.stride).then_some(added)
    }
}

/// One layer of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    /// Which side of the code it is on.
    pub part: Part,
    /// PyTorch's name of the layer in the notebook's class, which its weights have in a file:
    /// `encoder.0` of `encoder.0.weight` and `encoder.0.bias`. Layers without weights have none.
    pub name: Option<String>,
    /// What it computes.
    pub operation: Operation,
    /// The activation after it.
    pub activation: Activation,
    /// What it takes.
    pub input: Shape,
    /// What it gives.
    pub output: Shape,
}

impl Layer {
    /// The tensors that training changes, by what their names have after the layer's, with their
    /// shapes in PyTorch's layout.
    pub fn tensors(&self) -> Vec<(&'static str, Vec<usize>)> {
        let bias = ("bias", vec![self.output.channels]);
        match self.operation {
            Operation::TiedLinear { .. } => vec![bias],
            Operation::BatchNorm | Operation::GroupNorm { .. } => {
                vec![("weight", vec![self.output.channels]), bias]
            }
            _ => match self.weight_shape() {
                Some(weight) => vec![("weight", weight), bias],
                None => Vec::new(),
            },
        }
    }

    /// The tensors beside these that a training step changes, like [`Layer::tensors`]: the running
    /// statistics of a batch normalization. The count of batches is a float in the file.
    pub fn statistics(&self) -> Vec<(&'static str, Vec<usize>)> {
        match self.operation {
            Operation::BatchNorm => vec![
                ("running_mean", vec![self.output.channels]),
                ("running_var", vec![self.output.channels]),
                ("num_batches_tracked", Vec::new()),
            ],
            _ => Vec::new(),
        }
    }

    /// The shape of its weight in PyTorch's layout; `None` for a layer without weights, or with those
    /// of another.
    pub fn weight_shape(&self) -> Option<Vec<usize>> {
        let (inputs, outputs) = (self.input.channels, self.output.channels);
        match self.operation {
            Operation::Linear => Some(vec![outputs, inputs]),
            Operation::Convolution(Window { kernel, .. }) => {
                Some(vec![outputs, inputs, kernel, kernel])
            }
            Operation::TransposedConvolution(Window { kernel, .. }) => {
                Some(vec![inputs, outputs, kernel, kernel])
            }
            _ => None,
        }
    }

    /// How many numbers training changes: weights, biases included.
    pub fn parameters(&self) -> usize {
        let size = |(_, shape): &(_, Vec<usize>)| shape.iter().product::<usize>();
        self.tensors().iter().map(size).sum()
    }

    /// How many multiplications one image takes, each followed by an addition: as the layer is
    /// defined, that is with the zeros of padding and unpooling.
    pub fn multiply_adds(&self) -> usize {
        let weights: usize = match (&self.operation, self.weight_shape()) {
            (Operation::TiedLinear { .. }, _) => self.input.size() * self.output.size(),
            (_, Some(shape)) => shape.iter().product(),
            (_, None) => return 0,
        };
        let positions = match self.operation {
            Operation::TransposedConvolution(_) => self.input,
            _ => self.output,
        };
        weights * positions.rows * positions.columns
    }
}
