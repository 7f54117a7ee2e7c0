//! Fully connected models.

use experiment::Activation;
use rand::Rng;
use tch::{Device, Tensor};

use crate::{Parameters, init};

/// Fully connected layers: `y = f(x W^T + b)`, W `[U_out, U_in]`, f a ReLU, on the output perhaps
/// a sigmoid.
#[derive(Debug)]
pub struct Dense {
    layers: usize,
    code_layer: usize,
    output: Activation,
}

impl Dense {
    /// A model with weights drawn by [`init::layer`].
    ///
    /// Names follow `nn.Sequential(Linear, ReLU, Linear, ...)` for encoder and decoder: every
    /// other index is an activation, which has no weights.
    pub fn new(
        widths: &[usize],
        code_layer: usize,
        output: Activation,
        rng: &mut impl Rng,
        device: Device,
    ) -> (Self, Parameters) {
        let mut parameters = Parameters::default();
        for (index, pair) in widths.windows(2).enumerate() {
            let (inputs, outputs) = (pair[0] as i64, pair[1] as i64);
            let name = match index.checked_sub(code_layer) {
                None => format!("encoder.{}", 2 * index),
                Some(index) => format!("decoder.{}", 2 * index),
            };
            let layer = init::layer(rng, &[outputs, inputs], outputs);
            parameters.add_layer(&name, &layer, device);
        }
        let dense = Dense {
            layers: widths.len() - 1,
            code_layer,
            output,
        };
        (dense, parameters)
    }

    /// How many layers lead to the code.
    pub fn code_layer(&self) -> usize {
        self.code_layer
    }

    /// The activation of the last layer.
    pub fn output(&self) -> Activation {
        self.output
    }

    /// `[N, P]` to the code, `[N, U]`. `hidden` receives the output of each layer.
    pub fn encode(&self, parameters: &Parameters, x: &Tensor, hidden: &mut Vec<Tensor>) -> Tensor {
        self.through(parameters, 0..self.code_layer, x, hidden)
    }

    /// The code, `[N, U]`, to the reconstruction, `[N, P]`. `hidden` receives the output of each
    /// hidden layer.
    pub fn decode(
        &self,
        parameters: &Parameters,
        code: &Tensor,
        hidden: &mut Vec<Tensor>,
    ) -> Tensor {
        self.through(parameters, self.code_layer..self.layers, code, hidden)
    }

    fn through(
        &self,
        parameters: &Parameters,
        layers: std::ops::Range<usize>,
        x: &Tensor,
        hidden: &mut Vec<Tensor>,
    ) -> Tensor {
        let mut x = x.shallow_clone();
        for layer in layers {
            let (weight, bias) = parameters.layer(layer);
            let sum = x.linear(weight, Some(bias));
            if layer + 1 == self.layers {
                return match self.output {
                    Activation::Relu => sum.relu(),
                    Activation::Sigmoid => sum.sigmoid(),
                    Activation::Linear => sum,
                    Activation::Gelu => sum.gelu("none"),
                };
            }
            x = sum.relu();
            hidden.push(x.shallow_clone());
        }
        x
    }
}
