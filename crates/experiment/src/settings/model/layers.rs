//! The list of a model's layers while it is made.

use super::{
    Activation, Norm,
    layer::{Layer, Operation, Part, Shape},
};

/// A list of layers that grows from the image on: each takes what the one before gives.
pub(super) struct Layers {
    /// What the last layer gives.
    pub(super) shape: Shape,
    /// The layers so far.
    pub(super) layers: Vec<Layer>,
}

impl Layers {
    /// No layers yet, for images of this shape.
    pub(super) fn new(image: Shape) -> Self {
        Layers {
            shape: image,
            layers: Vec::new(),
        }
    }

    /// Adds a layer that gives `output`.
    pub(super) fn add(
        &mut self,
        part: Part,
        name: Option<String>,
        operation: Operation,
        activation: Activation,
        output: Shape,
    ) {
        self.layers.push(Layer {
            part,
            name,
            operation,
            activation,
            input: self.shape,
            output,
        });
        self.shape = output;
    }

    /// Adds a layer with what is done to its sums, named as in `nn.Sequential`. The error is a message.
    pub(super) fn add_normalized(
        &mut self,
        part: Part,
        name: &str,
        operation: Operation,
        norm: Norm,
        activation: Activation,
        output: Shape,
    ) -> Result<(), String> {
        let first = Some(format!("{name}.0"));
        let norm = match norm {
            Norm::None => {
                self.add(part, first, operation, activation, output);
                return Ok(());
            }
            Norm::Batch => Operation::BatchNorm,
            Norm::Group => {
                let groups = match output.channels {
                    channels if channels % 4 == 0 => 4,
                    channels if channels % 2 == 0 => 2,
                    _ => 1,
                };
                if output.size() == groups {
                    return Err(format!(
                        "model.blocks has a group normalization of groups of one number, in {name}"
                    ));
                }
                Operation::GroupNorm { groups }
            }
        };
        self.add(part, first, operation, Activation::Linear, output);
        self.add(part, Some(format!("{name}.1")), norm, activation, output);
        Ok(())
    }

    /// Adds a layer beside the last one, which has the same input and the same shape of output.
    pub(super) fn add_log_variance(&mut self) {
        let mean = self.layers.last().expect("a layer for the mean");
        let layer = Layer {
            part: Part::LogVariance,
            name: Some("log_variance".into()),
            ..mean.clone()
        };
        self.layers.push(layer);
    }

    /// Appends the units that `part` begins with to those of the last layer.
    pub(super) fn add_skip(&mut self, part: Part) {
        let of_part = |layer: &&Layer| layer.part == part;
        let start = self.layers.iter().find(of_part).expect("a layer before");
        let output = Shape::units(self.shape.size() + start.input.size());
        let operation = Operation::AppendStart;
        self.add(part, None, operation, Activation::Linear, output);
    }

    /// Adds a layer without weights and activation that keeps the shape.
    pub(super) fn add_plain(&mut self, part: Part, operation: Operation) {
        self.add(part, None, operation, Activation::Linear, self.shape);
    }
}
