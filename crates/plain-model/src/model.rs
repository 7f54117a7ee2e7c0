//! The layers and weights of a model's file without batch normalizations.

use std::path::Path;

use experiment::{Layer, ModelSpec, Operation};
use weights_file::{Dtype, Error, Texts, WeightsFile, write};

use crate::fold::Fold;

/// A trained model without batch normalizations. Nothing but the header of its file is read until a
/// tensor is asked for, so that a large model is never in memory twice.
#[derive(Debug)]
pub struct PlainModel {
    file: WeightsFile,
    spec: ModelSpec,
    layers: Vec<Layer>,
    /// For each of `layers`, where it comes from.
    origins: Vec<Origin>,
}

/// Where a layer comes from in the model as it was trained.
#[derive(Debug)]
struct Origin {
    /// Its name in the file.
    name: String,
    /// The name of the layer whose weight it has, transposed, although it is no longer tied to it.
    untied_from: Option<String>,
    /// The name of the batch normalization after it.
    norm: Option<String>,
}

impl PlainModel {
    /// Opens the file at `path` with the weights of a trained `spec`.
    ///
    /// # Errors
    /// A file that cannot be read, or without exactly the tensors of `spec`.
    pub fn open(path: &Path, spec: &ModelSpec) -> Result<Self, Error> {
        let file = WeightsFile::open(path)?;
        let trained = spec.layers();
        let tensors: Vec<(String, Vec<usize>)> = trained
            .iter()
            .flat_map(|layer| {
                let tensors = layer.tensors().into_iter().chain(layer.statistics());
                tensors.map(|(tensor, shape)| (tensor_name(name(layer), tensor), shape))
            })
            .collect();
        let expected: Vec<(&str, Vec<usize>)> = tensors
            .iter()
            .map(|(name, shape)| (name.as_str(), shape.clone()))
            .collect();
        file.expect(Dtype::F32, &expected)?;

        let spec = spec.without_batch_norm();
        let layers = spec.layers();
        let mut origins: Vec<Origin> = Vec::new();
        for layer in &trained {
            match (&layer.operation, origins.last_mut()) {
                (Operation::BatchNorm, Some(before)) => before.norm = Some(name(layer).to_owned()),
                (operation, _) => {
                    let plain = layers.get(origins.len()).map(|plain| &plain.operation);
                    let untied_from = match (operation, plain) {
                        (Operation::TiedLinear { layer }, Some(Operation::Linear)) => {
                            Some(name(&trained[*layer]).to_owned())
                        }
                        _ => None,
                    };
                    origins.push(Origin {
                        name: name(layer).to_owned(),
                        untied_from,
                        norm: None,
                    });
                }
            }
        }
        Ok(PlainModel {
            file,
            spec,
            layers,
            origins,
        })
    }

    /// The settings of the plain model, whose names its tensors have.
    pub fn spec(&self) -> &ModelSpec {
        &self.spec
    }

    /// Its layers.
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// The elements of a tensor, row by row: one of [`Layer::tensors`] of the layer at `index`.
    ///
    /// # Errors
    /// A file that cannot be read; a layer without such a tensor.
    pub fn read(&mut self, index: usize, tensor: &str) -> Result<Vec<f32>, Error> {
        let layer = &self.layers[index];
        let origin = &self.origins[index];
        let mut elements = match (&origin.untied_from, tensor) {
            (Some(other), "weight") => {
                let stored = read(&mut self.file, other, tensor)?;
                transposed(&stored, layer.output.channels)
            }
            _ => read(&mut self.file, &origin.name, tensor)?,
        };
        if let Some(norm) = &origin.norm {
            let mut of_norm = |tensor| read(&mut self.file, norm, tensor);
            let fold = Fold::new([
                of_norm("weight")?,
                of_norm("bias")?,
                of_norm("running_mean")?,
                of_norm("running_var")?,
            ]);
            match tensor {
                "bias" => fold.bias(&mut elements),
                _ => fold.weight(&mut elements, inner(layer)),
            }
        }
        Ok(elements)
    }

    /// Writes the plain weights as a safetensors file, with texts beside them. PyTorch takes it by
    /// `load_state_dict`, in a class with the layers of [`PlainModel::spec`].
    ///
    /// # Errors
    /// A file that cannot be read or written.
    pub fn write(&mut self, path: &Path, texts: Texts) -> Result<(), Error> {
        let mut tensors = Vec::new();
        let mut elements = Vec::new();
        for index in 0..self.layers.len() {
            for (tensor, shape) in self.layers[index].tensors() {
                tensors.push((tensor_name(name(&self.layers[index]), tensor), shape));
                elements.push(self.read(index, tensor)?);
            }
        }
        let tensors: Vec<(&str, Vec<usize>)> = tensors
            .iter()
            .map(|(name, shape)| (name.as_str(), shape.clone()))
            .collect();
        write(path, Dtype::F32, &tensors, Some(texts), |index, file| {
            let mut elements = elements[index].iter();
            elements.try_for_each(|element| file.write_all(&element.to_le_bytes()))
        })
    }
}

fn read(file: &mut WeightsFile, layer: &str, tensor: &str) -> Result<Vec<f32>, Error> {
    let name = tensor_name(layer, tensor);
    let mut elements = vec![0.0; file.shape(&name)?.iter().product()];
    file.read(&name, &mut elements)?;
    Ok(elements)
}

fn name(layer: &Layer) -> &str {
    layer.name.as_deref().unwrap_or_default()
}

fn tensor_name(layer: &str, tensor: &str) -> String {
    format!("{layer}.{tensor}")
}

/// How many elements of a weight are in the dimensions after that of the output channels.
fn inner(layer: &Layer) -> usize {
    let shape = layer.weight_shape().unwrap_or_default();
    let channels = match layer.operation {
        Operation::TransposedConvolution(_) => 1,
        _ => 0,
    };
    shape.iter().skip(channels + 1).product()
}

/// A matrix, `[A, B]` row by row, as `[B, A]`.
fn transposed(matrix: &[f32], columns: usize) -> Vec<f32> {
    (0..columns)
        .flat_map(|column| matrix.iter().skip(column).step_by(columns).copied())
        .collect()
}
