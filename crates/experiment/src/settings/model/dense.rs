//! Fully connected autoencoders.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Activation, Initialization, Norm, Variational,
    layer::{Layer, Operation, Part, Shape},
    layers::Layers,
    words::describe_rest,
};
use crate::{
    PIXELS,
    settings::bounds::{whole, within},
};

/// Fully connected layers. Settings that are left out have those of [`DenseSpec::default`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
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
    /// The activation of the code; `activation` if absent, or linear of a variational model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code_activation: Option<Activation>,
    /// The activation after the last layer.
    pub output: Activation,
    /// Whether each layer of the decoder has the weights of the mirrored layer of the encoder,
    /// transposed; biases are its own.
    pub tied: bool,
    /// The share of the units of each hidden layer, the code aside, that are dropped at each step of
    /// the training, after the activation.
    pub dropout: f64,
    /// What is done to the sums of each hidden layer, the code aside, before the activation: nothing, or
    /// a batch normalization.
    pub norm: Norm,
    /// Whether the layers have skip connections: that of the code takes the image beside the layer before
    /// it, and each layer of the decoder after the first takes the code beside the layer before it, as
    /// in the skip models of Dieng et al. (2019).
    pub skip_connections: bool,
    /// How many units of the code stay for each image, the largest; the others become 0, in training
    /// and in evaluation. All if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_k: Option<usize>,
    /// Whether and how the code is variational; then it is linear, and the mean.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variational: Option<Variational>,
    /// How the first weights are drawn.
    pub initialization: Initialization,
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
            tied: false,
            dropout: 0.0,
            norm: Norm::None,
            skip_connections: false,
            top_k: None,
            variational: None,
            initialization: Initialization::default(),
        }
    }
}

const MAX_WIDTH: usize = 16_384;
/// With gradients and both moments of Adam, they take 1.6 GB.
const MAX_WEIGHTS: usize = 100_000_000;

impl DenseSpec {
    /// Named as in `nn.Sequential(Linear, ReLU, Linear, ...)` for encoder and decoder each, where every
    /// step is counted: `Linear`, `BatchNorm1d`, the activation, `Dropout`.
    pub(super) fn layers(&self) -> Vec<Layer> {
        let Some((&pixels, widths)) = self.widths.split_first() else {
            return Vec::new();
        };
        let code_layer = self.code_layer();
        let mut layers = Layers::new(Shape::units(pixels));
        let mut of_encoder = Vec::new();
        let mut module = 0;
        for (number, &width) in (1..).zip(widths) {
            let (part, side) = if number <= code_layer {
                (Part::Encoder, "encoder")
            } else {
                (Part::Decoder, "decoder")
            };
            if number == code_layer + 1 {
                module = 0;
            }
            let (is_code, is_output) = (number == code_layer, number == widths.len());
            let activation = match () {
                () if is_output => self.output,
                () if is_code => self.code_activation(),
                () => self.activation,
            };
            let is_first = number == 1 || number == code_layer + 1;
            let is_skipped_to = is_code || part == Part::Decoder;
            if self.skip_connections && is_skipped_to && !is_first {
                layers.add_skip(part);
            }
            let mut operation = Operation::Linear;
            if part == Part::Encoder {
                of_encoder.push(layers.layers.len());
            } else if let (true, Some(layer)) = (self.tied, of_encoder.pop()) {
                operation = Operation::TiedLinear { layer };
            }
            let is_inner = !is_code && !is_output;
            let name = |module| Some(format!("{side}.{module}"));
            let output = Shape::units(width);
            if is_inner && self.norm == Norm::Batch {
                layers.add(part, name(module), operation, Activation::Linear, output);
                let norm = Operation::BatchNorm;
                layers.add(part, name(module + 1), norm, activation, output);
                module += 1;
            } else {
                layers.add(part, name(module), operation, activation, output);
            }
            module += 2;
            if is_inner && self.dropout > 0.0 {
                let share = self.dropout;
                layers.add_plain(part, Operation::Dropout { share });
                module += 1;
            }
            if is_code && self.variational.is_some() {
                layers.add_log_variance();
            }
            if let (true, Some(k)) = (is_code, self.top_k) {
                layers.add_plain(part, Operation::TopK { k });
            }
        }
        layers.layers
    }

    /// See [`super::ModelSpec::without_batch_norm`].
    pub(super) fn without_batch_norm(&self) -> Self {
        if self.norm != Norm::Batch {
            return self.clone();
        }
        DenseSpec {
            norm: Norm::None,
            tied: false,
            ..self.clone()
        }
    }

    /// Which entry of `widths` is the code.
    fn code_layer(&self) -> usize {
        let hidden = 1..self.widths.len().saturating_sub(1);
        let narrowest = hidden.min_by_key(|&layer| self.widths[layer]);
        self.code_layer.or(narrowest).unwrap_or(0)
    }

    fn code_activation(&self) -> Activation {
        let default = match self.variational {
            Some(_) => Activation::Linear,
            None => self.activation,
        };
        self.code_activation.unwrap_or(default)
    }

    /// How many weights there are, those of a variance included, biases left out, and tied ones counted
    /// twice.
    fn weights(&self) -> usize {
        self.layers().iter().map(Layer::multiply_adds).sum()
    }

    /// A short description: `784-64-784, ReLU`.
    pub(super) fn describe(&self) -> String {
        let widths: Vec<String> = self.widths.iter().map(usize::to_string).collect();
        let (hidden, output) = (self.activation.name(), self.output.name());
        let mut text = format!("{}, {hidden}", widths.join("-"));
        if let Some(Variational { beta }) = self.variational {
            text += &format!(", variational code (beta {beta})");
        } else if self.code_activation() != self.activation {
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
        if self.tied {
            text += ", tied weights";
        }
        if self.norm != Norm::None {
            text += &format!(", {}", self.norm.name());
        }
        if self.skip_connections {
            text += ", skip connections";
        }
        if self.dropout > 0.0 {
            text += &format!(", dropout {}", self.dropout);
        }
        text + &describe_rest(self.top_k, self.initialization)
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
                "model.widths must begin and end with the same width, the numbers of an image, found \
                 {widths:?}"
            ));
        }
        if let Some(width) = widths.iter().find(|w| !(1..=MAX_WIDTH).contains(*w)) {
            return Err(format!(
                "each of model.widths must be from 1 to {MAX_WIDTH}, found {width}"
            ));
        }
        if let Some(found) = self.code_layer {
            whole("model.code_layer", found, 1..=widths.len() - 2)
                .map_err(|problem| format!("{problem}: it names a hidden layer"))?;
        }
        let weights = self.weights();
        if weights > MAX_WEIGHTS {
            return Err(format!(
                "model.widths must give at most {MAX_WEIGHTS} weights, found {weights}"
            ));
        }
        let is_mirrored =
            widths.iter().eq(widths.iter().rev()) && 2 * self.code_layer() == widths.len() - 1;
        if self.tied && !is_mirrored {
            return Err(format!(
                "model.tied needs model.widths that are the same backwards, with the code in the \
                 middle, found {widths:?} with the code in layer {}",
                self.code_layer()
            ));
        }
        if self.skip_connections && self.tied {
            return Err(
                "model.skip_connections must be false if model.tied is true: they widen layers, which \
                 no longer mirror each other"
                    .to_owned(),
            );
        }
        if self.skip_connections && widths.len() == 3 {
            return Err(format!(
                "model.skip_connections needs at least two hidden layers in model.widths, found \
                 {widths:?}"
            ));
        }
        if let Some(found) = self.top_k {
            whole("model.top_k", found, 1..=widths[self.code_layer()])?;
        }
        if let Some(variational) = self.variational {
            variational.check(self.code_activation, self.top_k)?;
        }
        if self.norm == Norm::Group {
            return Err(
                "model.norm of a dense model must be none or batch, found group".to_owned(),
            );
        }
        within("model.dropout", self.dropout, 0.0..=0.99)
    }
}
