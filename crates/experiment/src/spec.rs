use serde::{Deserialize, Serialize};

use crate::PIXELS;

/// A model, described by data: what `ae-models` and `pca` build from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "snake_case",
    deny_unknown_fields
)]
pub enum ModelSpec {
    /// Principal component analysis: fitted, not trained.
    Pca {
        /// How many components are kept: the numbers that describe an image.
        components: usize,
    },
    /// Fully connected layers with a ReLU after each; the output may have a sigmoid instead.
    Dense {
        /// Units of each layer, input and output included, e.g. `[784, 64, 784]`.
        widths: Vec<usize>,
        /// Which entry of `widths` is the code; the layers up to it are the encoder.
        code_layer: usize,
        /// What follows the last layer.
        output: OutputActivation,
    },
    /// Three convolutional blocks to a code of 16 filters of 3 x 3, and one of three decoders.
    Convolutional {
        /// How the code becomes an image again.
        decoder: Decoder,
    },
}

/// The function after the last layer of a dense model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OutputActivation {
    /// max(0, x): a pixel whose unit dies stays black.
    Relu,
    /// 1 / (1 + exp(-x)).
    Sigmoid,
}

/// The decoder of a convolutional model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decoder {
    /// Max-unpooling, then convolutions.
    Unpool,
    /// Transposed convolutions with stride 2.
    Deconv,
    /// Max-unpooling, then transposed convolutions with stride 1.
    DeconvUnpool,
}

impl ModelSpec {
    /// A dense model whose code is its narrowest or only hidden layer at `code_layer`, with ReLU
    /// on the output.
    pub fn dense(widths: &[usize], code_layer: usize) -> Self {
        ModelSpec::Dense {
            widths: widths.to_vec(),
            code_layer,
            output: OutputActivation::Relu,
        }
    }

    /// How many numbers describe an image between encoder and decoder.
    pub fn code_size(&self) -> usize {
        match self {
            ModelSpec::Pca { components } => *components,
            ModelSpec::Dense {
                widths, code_layer, ..
            } => widths[*code_layer],
            ModelSpec::Convolutional { .. } => 16 * 3 * 3,
        }
    }

    /// How many numbers the layers together make of an image.
    pub(crate) fn outputs(&self) -> usize {
        match self {
            ModelSpec::Pca { components } => *components,
            ModelSpec::Dense { widths, .. } => widths.iter().sum(),
            // Two 28 x 28 layers of 8 filters, four 14 x 14 and four 7 x 7 ones of 16, at most.
            ModelSpec::Convolutional { .. } => 28 * 28 * 16 + 14 * 14 * 64 + 7 * 7 * 64,
        }
    }

    /// How many weights a dense model has, biases left out; those of the others are few.
    pub(crate) fn weights(&self) -> usize {
        match self {
            ModelSpec::Dense { widths, .. } => widths.windows(2).map(|w| w[0] * w[1]).sum(),
            ModelSpec::Pca { .. } | ModelSpec::Convolutional { .. } => 0,
        }
    }

    /// Says in words what is wrong with the description, naming the field.
    pub(crate) fn check(&self) -> Result<(), String> {
        const WIDEST: usize = 16_384;
        /// With gradients and both moments of Adam: 1.6 GB.
        const MOST_WEIGHTS: usize = 100_000_000;
        match self {
            ModelSpec::Pca { components } => {
                if !(1..=PIXELS).contains(components) {
                    return Err(format!(
                        "model.components must be from 1 to {PIXELS}, found {components}"
                    ));
                }
            }
            ModelSpec::Dense {
                widths, code_layer, ..
            } => {
                if !(3..=32).contains(&widths.len()) {
                    return Err(format!(
                        "model.widths must have from 3 to 32 entries (input, hidden layers, \
                         output), found {}",
                        widths.len()
                    ));
                }
                if widths.first() != Some(&PIXELS) || widths.last() != Some(&PIXELS) {
                    return Err(format!(
                        "model.widths must begin and end with {PIXELS}, the pixels of an image, \
                         found {widths:?}"
                    ));
                }
                if let Some(width) = widths.iter().find(|w| !(1..=WIDEST).contains(*w)) {
                    return Err(format!(
                        "each of model.widths must be from 1 to {WIDEST}, found {width}"
                    ));
                }
                let weights = self.weights();
                if weights > MOST_WEIGHTS {
                    return Err(format!(
                        "model.widths must give at most {MOST_WEIGHTS} weights, found {weights}"
                    ));
                }
                if !(1..widths.len() - 1).contains(code_layer) {
                    return Err(format!(
                        "model.code_layer must name a hidden layer, from 1 to {}, found \
                         {code_layer}",
                        widths.len() - 2
                    ));
                }
            }
            ModelSpec::Convolutional { .. } => {}
        }
        Ok(())
    }
}
