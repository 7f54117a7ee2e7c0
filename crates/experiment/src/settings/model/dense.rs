//! Fully connected autoencoders.

use serde::{Deserialize, Serialize};

use super::{
    Activation,
    layer::{Layer, Operation, Part, Shape},
};
use crate::{PIXELS, settings::bounds::whole};

/// Fully connected layers. Settings that are left out have those of [`DenseSpec::default`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DenseSpec {
    /// Units of each layer, input and output included.
    pub widths: Vec<usize>,
    /// Which entry of `widths`, counted from 0, is the code; the layers up to it are the encoder. The
    /// narrowest hidden layer, and of several the first, if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code_layer: Option<usize>,
    /// The activation after each hidden layer, unless `code_activation` says otherwise for the code.
    pub activation: Activation,
    /// The activation of the code; `activation` if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code_activation: Option<Activation>,
    /// The activation after the last layer.
    pub output: Activation,
}

impl Default for DenseSpec {
    /// One hidden layer, a code of 64 ReLU units.
    fn default() -> Self {
        DenseSpec {
            widths: vec![PIXELS, 64, PIXELS],
            code_layer: None,
            activation: Activation::Relu,
            code_activation: None,
            output: Activation::Relu,
        }
    }
}

const MAX_WIDTH: usize = 16_384;
/// With gradients and both moments of Adam, they take 1.6 GB.
const MAX_WEIGHTS: usize = 100_000_000;

impl DenseSpec {
    /// Named as in `nn.Sequential(Linear, ReLU, Linear, ...)` for encoder and decoder each: every
    /// other index is an activation, which has no weights.
    pub(super) fn layers(&self) -> Vec<Layer> {
        let code_layer = self.code_layer();
        let pairs = self.widths.windows(2).enumerate();
        let layers = pairs.map(|(index, pair)| {
            let (part, name) = match index.checked_sub(code_layer) {
                None => (Part::Encoder, format!("encoder.{}", 2 * index)),
                Some(index) => (Part::Decoder, format!("decoder.{}", 2 * index)),
            };
            Layer {
                part,
                name: Some(name),
                operation: Operation::Linear,
                activation: if index + 2 == self.widths.len() {
                    self.output
                } else if index + 1 == code_layer {
                    self.code_activation()
                } else {
                    self.activation
                },
                input: Shape::units(pair[0]),
                output: Shape::units(pair[1]),
            }
        });
        layers.collect()
    }

    /// Which entry of `widths` is the code.
    fn code_layer(&self) -> usize {
        let hidden = 1..self.widths.len().saturating_sub(1);
        let narrowest = hidden.min_by_key(|&layer| self.widths[layer]);
        self.code_layer.or(narrowest).unwrap_or(0)
    }

    fn code_activation(&self) -> Activation {
        self.code_activation.unwrap_or(self.activation)
    }

    /// How many weights there are, biases left out.
    fn weights(&self) -> usize {
        self.widths.windows(2).map(|w| w[0] * w[1]).sum()
    }

    /// A short description: `784-64-784, ReLU`.
    pub(super) fn describe(&self) -> String {
        let widths: Vec<String> = self.widths.iter().map(usize::to_string).collect();
        let (hidden, output) = (self.activation.name(), self.output.name());
        let mut text = format!("{}, {hidden}", widths.join("-"));
        if self.code_activation() != self.activation {
            text += &format!(", {} code", self.code_activation().name());
        }
        if self.activation != self.output {
            text += &format!(", {output} on the output");
        }
        let narrowest = DenseSpec {
            code_layer: None,
            ..self.clone()
        };
        if self.code_layer() != narrowest.code_layer() {
            text += &format!(", code in layer {}", self.code_layer());
        }
        text
    }

    /// Checks the settings. The error is a message that names the field.
    pub(super) fn check(&self) -> Result<(), String> {
        let widths = &self.widths;
        if !(3..=32).contains(&widths.len()) {
            return Err(format!(
                "model.widths must have from 3 to 32 entries (input, hidden layers, output), found \
                 {}",
                widths.len()
            ));
        }
        if widths.first() != widths.last() {
            return Err(format!(
                "model.widths must begin and end with the pixels of an image, found {widths:?}"
            ));
        }
        if let Some(width) = widths.iter().find(|w| !(1..=MAX_WIDTH).contains(*w)) {
            return Err(format!(
                "each of model.widths must be from 1 to {MAX_WIDTH}, found {width}"
            ));
        }
        let weights = self.weights();
        if weights > MAX_WEIGHTS {
            return Err(format!(
                "model.widths must give at most {MAX_WEIGHTS} weights, found {weights}"
            ));
        }
        match self.code_layer {
            Some(found) => whole("model.code_layer", found, 1..=widths.len() - 2)
                .map_err(|problem| format!("{problem}: it names a hidden layer")),
            None => Ok(()),
        }
    }
}
