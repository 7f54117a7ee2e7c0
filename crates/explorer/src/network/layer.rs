//! What the page knows of a layer.

use experiment::Activation;
use serde::Serialize;

use crate::{arrays::Rows, numbers::Precision};

/// The layers of a model from the image to the reconstruction, and the matrices that they refer to.
#[derive(Clone, Debug, Default)]
pub struct Network {
    /// The layers.
    pub layers: Vec<PageLayer>,
    /// Weights and biases, by the indices in the layers.
    pub matrices: Vec<Matrix>,
}

/// The weights of a layer.
#[derive(Clone, Debug)]
pub struct Matrix {
    /// A row for each output, for a transposed convolution for each input; a bias is one row.
    pub rows: Rows,
    /// The precision that it always has; `None` for a large one, whose precision depends on the space.
    pub precision: Option<Precision>,
}

/// A layer.
#[derive(Clone, Debug, Serialize)]
pub struct PageLayer {
    /// Whether it leads away from the code.
    pub decoder: bool,
    /// What it computes.
    #[serde(flatten)]
    pub operation: PageOperation,
    /// The activation after it.
    pub activation: Activation,
    /// Channels, rows and columns of what it takes.
    pub input: [usize; 3],
    /// Channels, rows and columns of what it gives.
    pub output: [usize; 3],
}

/// What a layer computes, by the indices of its matrices.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum PageOperation {
    /// `transposed` if the matrix has a row for each input.
    Linear {
        weight: usize,
        bias: usize,
        transposed: bool,
    },
    Convolution(WindowWithWeights),
    TransposedConvolution(WindowWithWeights),
    MaxPool {
        size: usize,
    },
    MaxUnpool {
        pool: usize,
    },
    TopK {
        k: usize,
    },
    /// Appends what the encoder, or the decoder, begins with.
    AppendStart,
    GroupNorm {
        groups: usize,
        weight: usize,
        bias: usize,
    },
}

/// The window of a convolution, with its matrices.
#[derive(Clone, Debug, Serialize)]
pub struct WindowWithWeights {
    pub weight: usize,
    pub bias: usize,
    pub kernel: usize,
    pub stride: usize,
    pub padding: usize,
}

impl Network {
    /// How many weights there are, biases included.
    pub fn weights(&self) -> usize {
        self.matrices.iter().map(|m| m.rows.values.len()).sum()
    }

    /// Adds a matrix; returns its index.
    pub(super) fn add(&mut self, rows: Rows) -> usize {
        self.matrices.push(Matrix {
            rows,
            precision: None,
        });
        self.matrices.len() - 1
    }

    /// Adds a matrix of one row; returns its index.
    pub(super) fn add_row(&mut self, values: Vec<f32>) -> usize {
        let width = values.len();
        self.add(Rows { width, values })
    }
}
