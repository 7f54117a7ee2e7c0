//! Reads a network out of a file of weights.

use std::path::Path;

use experiment::{Layer, Method, ModelSpec, Operation, Part, Shape, Window};
use weights_file::{Dtype, Element, WeightsFile};

use super::layer::{Network, PageLayer, PageOperation, WindowWithWeights};
use crate::{arrays::Rows, error::Error, numbers::Precision};

/// What is added to a variance in PyTorch's normalizations.
const EPSILON: f32 = 1e-5;
/// Models of at most this many weights have them in 16 bits.
const MAX_HALF: usize = 50_000;

/// Reads the weights of a method for images of `pixels` numbers from its file at `path`. Of the code
/// only the units `live` are kept, where the layers beside it are linear.
///
/// # Errors
/// A file that cannot be read, or without the tensors that the settings say.
pub fn read(
    method: &Method,
    path: &Path,
    pixels: usize,
    live: Option<&[usize]>,
) -> Result<Network, Error> {
    let mut file = WeightsFile::open(path)?;
    let mut network = match method.model() {
        None => pca(&mut file, method.code_size(), pixels)?,
        Some(model) => layers(model, &mut file)?,
    };
    if let Some(live) = live {
        network.keep_units(live);
    }
    let weights = network.weights();
    for matrix in &mut network.matrices {
        matrix.precision = match matrix.rows.count() {
            0 | 1 => Some(Precision::Single),
            _ if weights <= MAX_HALF => Some(Precision::Half),
            _ => None,
        };
    }
    Ok(network)
}

/// PCA as two linear layers: W x - W mean, and W^T code + mean. In the file the mean is at 0-255
/// scale.
fn pca(file: &mut WeightsFile, units: usize, pixels: usize) -> Result<Network, Error> {
    let expected = [
        ("mean", vec![pixels]),
        ("components", vec![units, pixels]),
        ("explained_variance", vec![units]),
        ("total_variance", vec![1]),
    ];
    file.expect(Dtype::F64, &expected)?;
    let mean = tensor::<f64>(file, "mean")?.values;
    let mean: Vec<f32> = mean.into_iter().map(|value| value / 255.0).collect();
    let components = tensor::<f64>(file, "components")?;
    let along = |row: &[f32]| -> f64 {
        let products = row
            .iter()
            .zip(&mean)
            .map(|(&a, &b)| f64::from(a) * f64::from(b));
        products.sum()
    };
    let offsets: Vec<f32> = components.rows().map(|row| -along(row) as f32).collect();
    let mut network = Network::default();
    let weight = network.add(components);
    let layer = |decoder, bias| PageLayer {
        decoder,
        operation: PageOperation::Linear {
            weight,
            bias,
            transposed: decoder,
        },
        activation: experiment::Activation::Linear,
        input: [if decoder { units } else { pixels }, 1, 1],
        output: [if decoder { pixels } else { units }, 1, 1],
    };
    let biases = [offsets, mean].map(|values| network.add_row(values));
    network.layers = vec![layer(false, biases[0]), layer(true, biases[1])];
    Ok(network)
}

fn layers(model: &ModelSpec, file: &mut WeightsFile) -> Result<Network, Error> {
    let mut network = Network::default();
    let all = model.layers();
    let named = |layer: &Layer| {
        let name = layer.name.clone().unwrap_or_default();
        let tensors = layer.tensors().into_iter().chain(layer.statistics());
        let tensors = tensors.map(move |(what, shape)| (format!("{name}.{what}"), shape));
        tensors.collect::<Vec<_>>()
    };
    let expected: Vec<(String, Vec<usize>)> = all.iter().flat_map(named).collect();
    let expected = expected
        .iter()
        .map(|(name, shape)| (name.as_str(), shape.clone()));
    file.expect(Dtype::F32, &expected.collect::<Vec<_>>())?;
    // The matrix of each layer, for those with tied weights.
    let mut weights = vec![0; all.len()];
    for (index, layer) in all.iter().enumerate() {
        if layer.part == Part::LogVariance {
            continue;
        }
        let name = layer.name.as_deref().unwrap_or_default();
        let operation = match layer.operation {
            Operation::Dropout { .. } => continue,
            Operation::Linear => {
                weights[index] = network.add(tensor::<f32>(file, &format!("{name}.weight"))?);
                PageOperation::Linear {
                    weight: weights[index],
                    bias: network.bias(file, name)?,
                    transposed: false,
                }
            }
            Operation::TiedLinear { layer } => PageOperation::Linear {
                weight: weights[layer],
                bias: network.bias(file, name)?,
                transposed: true,
            },
            Operation::Convolution(window) => {
                PageOperation::Convolution(network.window(file, name, window)?)
            }
            Operation::TransposedConvolution(window) => {
                PageOperation::TransposedConvolution(network.window(file, name, window)?)
            }
            Operation::MaxPool { size } => PageOperation::MaxPool { size },
            Operation::MaxUnpool { pool } => PageOperation::MaxUnpool { pool },
            Operation::TopK { k } => PageOperation::TopK { k },
            Operation::BatchNorm => network.batch_norm(file, name)?,
            Operation::GroupNorm { groups } => {
                let weight = tensor::<f32>(file, &format!("{name}.weight"))?.values;
                PageOperation::GroupNorm {
                    groups,
                    weight: network.add_row(weight),
                    bias: network.bias(file, name)?,
                }
            }
        };
        network.layers.push(page_layer(layer, operation));
    }
    Ok(network)
}

fn page_layer(layer: &Layer, operation: PageOperation) -> PageLayer {
    let sizes = |shape: Shape| [shape.channels, shape.rows, shape.columns];
    PageLayer {
        decoder: layer.part == Part::Decoder,
        operation,
        activation: layer.activation,
        input: sizes(layer.input),
        output: sizes(layer.output),
    }
}

impl Network {
    fn bias(&mut self, file: &mut WeightsFile, name: &str) -> Result<usize, Error> {
        let bias = tensor::<f32>(file, &format!("{name}.bias"))?;
        Ok(self.add_row(bias.values))
    }

    fn window(
        &mut self,
        file: &mut WeightsFile,
        name: &str,
        window: Window,
    ) -> Result<WindowWithWeights, Error> {
        Ok(WindowWithWeights {
            weight: self.add(tensor::<f32>(file, &format!("{name}.weight"))?),
            bias: self.bias(file, name)?,
            kernel: window.kernel,
            stride: window.stride,
            padding: window.padding,
        })
    }

    fn batch_norm(&mut self, file: &mut WeightsFile, name: &str) -> Result<PageOperation, Error> {
        let mut read = |what| tensor::<f32>(file, &format!("{name}.{what}")).map(|t| t.values);
        let (weight, bias) = (read("weight")?, read("bias")?);
        let (mean, variance) = (read("running_mean")?, read("running_var")?);
        let scaled = weight.iter().zip(&variance);
        let scale: Vec<f32> = scaled.map(|(w, v)| w / (v + EPSILON).sqrt()).collect();
        let moved = bias.iter().zip(&mean).zip(&scale);
        let offset = moved
            .map(|((bias, mean), scale)| bias - mean * scale)
            .collect();
        Ok(PageOperation::Scale {
            weight: self.add_row(scale),
            bias: self.add_row(offset),
        })
    }
}

/// A tensor as rows along its first dimension.
fn tensor<E: Element + Default + Clone + Into<f64>>(
    file: &mut WeightsFile,
    name: &str,
) -> Result<Rows, Error> {
    let shape = file.shape(name)?.to_vec();
    let mut elements = vec![E::default(); shape.iter().product()];
    file.read(name, &mut elements)?;
    let width = match shape.as_slice() {
        [length] => *length,
        [_, rest @ ..] => rest.iter().product(),
        [] => 1,
    };
    let values = elements.into_iter().map(|value| value.into() as f32);
    Ok(Rows {
        width,
        values: values.collect(),
    })
}
