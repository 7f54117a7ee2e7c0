//! What a dense model computes at once: a linear layer and what follows it up to the next.

use experiment::{Activation, Layer, Operation};

use super::batch_norm::BatchNorm;

/// A linear layer with its batch normalization, activation and dropout.
#[derive(Debug)]
pub(super) struct Stage {
    /// Which of the model's layers is the linear one.
    pub(super) layer: usize,
    pub(super) norm: Option<BatchNorm>,
    pub(super) activation: Activation,
    /// The share of its outputs that a step drops.
    pub(super) dropout: f64,
}

impl Stage {
    /// The stages of a model of linear layers, batch normalizations and dropout.
    pub(super) fn all(layers: &[Layer]) -> Vec<Stage> {
        let mut stages: Vec<Stage> = Vec::new();
        for (index, layer) in layers.iter().enumerate() {
            match (&layer.operation, stages.last_mut()) {
                (Operation::BatchNorm, Some(stage)) => {
                    stage.norm = Some(BatchNorm::new(index));
                    stage.activation = layer.activation;
                }
                (&Operation::Dropout { share }, Some(stage)) => stage.dropout = share,
                _ => stages.push(Stage {
                    layer: index,
                    norm: None,
                    activation: layer.activation,
                    dropout: 0.0,
                }),
            }
        }
        stages
    }

    /// Whether its outputs alone tell the slopes of its activation, and which columns may be left out.
    pub(super) fn is_plain_relu(&self) -> bool {
        self.activation == Activation::Relu && self.norm.is_none() && self.dropout == 0.0
    }
}
