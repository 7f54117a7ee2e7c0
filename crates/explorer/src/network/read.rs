//! Reads a network out of a file of weights.

use std::path::Path;

use experiment::{Layer, Method, Operation, Part, Shape, Window};
use plain_model::PlainModel;
use weights_file::{Dtype, WeightsFile};

use super::layer::{Network, PageLayer, PageOperation, WindowWithWeights};
use crate::{arrays::Rows, error::Error, numbers::Precision};

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
    let mut network = match method.model() {
        None => pca(path, method.code_size(), pixels)?,
        Some(model) => layers(PlainModel::open(path, model)?)?,
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
fn pca(path: &Path, units: usize, pixels: usize) -> Result<Network, Error> {
    let mut file = WeightsFile::open(path)?;
    let expected = [
        ("mean", vec![pixels]),
        ("components", vec![units, pixels]),
        ("explained_variance", vec![units]),
        ("total_variance", vec![1]),
    ];
    file.expect(Dtype::F64, &expected)?;
    let mean = doubles(&mut file, "mean")?.values;
    let mean: Vec<f32> = mean.into_iter().map(|value| value / 255.0).collect();
    let components = doubles(&mut file, "components")?;
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

fn layers(mut model: PlainModel) -> Result<Network, Error> {
    let mut network = Network::default();
    let all = model.layers().to_vec();
    // The matrix of each layer, for those with tied weights.
    let mut weights = vec![0; all.len()];
    for (index, layer) in all.iter().enumerate() {
        if layer.part == Part::LogVariance {
            continue;
        }
        let mut tensor = |name| tensor(&mut model, index, name);
        let operation = match layer.operation {
            // A plain model has no batch normalization.
            Operation::BatchNorm | Operation::Dropout { .. } => continue,
            Operation::Linear => {
                weights[index] = network.add(tensor("weight")?);
                PageOperation::Linear {
                    weight: weights[index],
                    bias: network.add(tensor("bias")?),
                    transposed: false,
                }
            }
            Operation::TiedLinear { layer } => PageOperation::Linear {
                weight: weights[layer],
                bias: network.add(tensor("bias")?),
                transposed: true,
            },
            Operation::Convolution(window) => {
                PageOperation::Convolution(network.window(tensor, window)?)
            }
            Operation::TransposedConvolution(window) => {
                PageOperation::TransposedConvolution(network.window(tensor, window)?)
            }
            Operation::MaxPool { size } => PageOperation::MaxPool { size },
            Operation::MaxUnpool { pool } => PageOperation::MaxUnpool { pool },
            Operation::TopK { k } => PageOperation::TopK { k },
            Operation::AppendStart => PageOperation::AppendStart,
            Operation::GroupNorm { groups } => PageOperation::GroupNorm {
                groups,
                weight: network.add(tensor("weight")?),
                bias: network.add(tensor("bias")?),
            },
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
    fn window(
        &mut self,
        mut tensor: impl FnMut(&'static str) -> Result<Rows, Error>,
        window: Window,
    ) -> Result<WindowWithWeights, Error> {
        Ok(WindowWithWeights {
            weight: self.add(tensor("weight")?),
            bias: self.add(tensor("bias")?),
            kernel: window.kernel,
            stride: window.stride,
            padding: window.padding,
        })
    }
}

/// A tensor of the layer at `index` as rows along its first dimension; a bias is one row.
fn tensor(model: &mut PlainModel, index: usize, name: &str) -> Result<Rows, Error> {
    let values = model.read(index, name)?;
    let shape = model.layers()[index].tensors().into_iter();
    let shape = shape.filter(|(tensor, _)| *tensor == name);
    let shape: Vec<usize> = shape.flat_map(|(_, shape)| shape).collect();
    Ok(Rows {
        width: width(&shape),
        values,
    })
}

/// A tensor of 64-bit floats as rows along its first dimension.
fn doubles(file: &mut WeightsFile, name: &str) -> Result<Rows, Error> {
    let shape = file.shape(name)?.to_vec();
    let mut elements = vec![0.0f64; shape.iter().product()];
    file.read(name, &mut elements)?;
    Ok(Rows {
        width: width(&shape),
        values: elements.into_iter().map(|value| value as f32).collect(),
    })
}

/// The numbers of a row along the first dimension.
fn width(shape: &[usize]) -> usize {
    match shape {
        [length] => *length,
        [_, rest @ ..] => rest.iter().product(),
        [] => 1,
    }
}
