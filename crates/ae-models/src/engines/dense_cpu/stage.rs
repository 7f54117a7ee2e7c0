//! What a dense model computes at once: a linear layer and what follows it up to the next.

use experiment::{Activation, Layer, Operation, Part};

use super::{batch_norm::BatchNorm, skip::Skip};

/// A linear layer with its skip connection, batch normalization, activation and dropout.
#[derive(Debug)]
pub(super) struct Stage {
    /// Which of the model's layers is the linear one.
    pub(super) layer: usize,
    pub(super) skip: Option<Skip>,
    pub(super) norm: Option<BatchNorm>,
    pub(super) activation: Activation,
    /// The share of its outputs that a step drops.
    pub(super) dropout: f64,
}

impl Stage {
    /// The stages of a model of linear layers, skip connections, batch normalizations and dropout.
    pub(super) fn all(layers: &[Layer]) -> Vec<Stage> {
        let mut stages: Vec<Stage> = Vec::new();
        let (mut skip, mut of_encoder) = (None, 0);
        for (index, layer) in layers.iter().enumerate() {
            match (&layer.operation, stages.last_mut()) {
                (Operation::BatchNorm, Some(stage)) => {
                    stage.norm = Some(BatchNorm::new(index));
                    stage.activation = layer.activation;
                }
                (&Operation::Dropout { share }, Some(stage)) => stage.dropout = share,
                (Operation::AppendStart, _) => {
                    let from = if layer.part == Part::Encoder {
                        0
                    } else {
                        of_encoder
                    };
                    skip = Some(Skip::new(from));
                }
                _ => {
                    of_encoder += usize::from(layer.part == Part::Encoder);
                    stages.push(Stage {
                        layer: index,
                        skip: skip.take(),
                        norm: None,
                        activation: layer.activation,
                        dropout: 0.0,
                    });
                }
            }
        }
        stages
    }

    /// Whether its outputs alone tell the slopes of its activation, and which columns may be left out.
    pub(super) fn is_plain_relu(&self) -> bool {
        self.activation == Activation::Relu && self.norm.is_none() && self.dropout == 0.0
    }
}
