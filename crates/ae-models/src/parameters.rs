//! The weights of a model by their PyTorch names.
//!
//! Names and layouts are those of the classes in the assignment's PyTorch notebook, so their
//! `load_state_dict` takes `model.safetensors` as it is.

use std::{collections::HashMap, ops::Range, path::Path};

use experiment::{Initialization, Layer};
use rand::Rng;
use tch::{Device, Tensor};
use weights_file::Error;

use crate::{init, tensor_file};

/// The weights and biases of a model, each by its name in the PyTorch notebook's class, in a
/// fixed order; after them the running statistics of batch normalizations, which no optimizer changes.
#[derive(Debug, Default)]
pub struct Parameters {
    names: Vec<String>,
    tensors: Vec<Tensor>,
    /// For each layer of the model, where its tensors end.
    ends: Vec<usize>,
    statistics: Vec<(String, Tensor)>,
    /// For each layer of the model, where its statistics end.
    ends_of_statistics: Vec<usize>,
}

impl Parameters {
    /// The parameters of new layers, drawn from `rng`: for most layers `NAME.weight` and
    /// `NAME.bias`.
    pub(crate) fn new(
        layers: &[Layer],
        initialization: Initialization,
        rng: &mut impl Rng,
        device: Device,
    ) -> Self {
        let mut parameters = Parameters::default();
        for layer in layers {
            if let Some(name) = &layer.name {
                let tensors = init::layer(rng, layer, initialization).into_iter();
                for ((part, _), tensor) in layer.tensors().into_iter().zip(tensors) {
                    parameters.names.push(format!("{name}.{part}"));
                    let tensor = tensor.to_device(device).set_requires_grad(true);
                    parameters.tensors.push(tensor);
                }
                let statistics = init::statistics(layer).into_iter();
                for ((part, _), tensor) in layer.statistics().into_iter().zip(statistics) {
                    let named = (format!("{name}.{part}"), tensor.to_device(device));
                    parameters.statistics.push(named);
                }
            }
            parameters.ends.push(parameters.tensors.len());
            let end = parameters.statistics.len();
            parameters.ends_of_statistics.push(end);
        }
        parameters
    }

    /// The names of what is trained, e.g. `encoder.0.weight`.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The tensors, in the order of the names.
    pub fn tensors(&self) -> &[Tensor] {
        &self.tensors
    }

    /// The tensors of the layer at `index` of the model's layers, in the order of
    /// [`Layer::tensors`].
    pub(crate) fn of_layer(&self, index: usize) -> &[Tensor] {
        &self.tensors[self.range(index)]
    }

    /// Where the tensors of the layer at `index` are among all.
    pub(crate) fn range(&self, index: usize) -> Range<usize> {
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        start..self.ends[index]
    }

    /// Whether the model has running statistics, which training steps change without gradients.
    pub fn has_statistics(&self) -> bool {
        !self.statistics.is_empty()
    }

    /// The running statistics of the layer at `index`, in the order of [`Layer::statistics`].
    pub(crate) fn statistics_of_layer(&self, index: usize) -> &[(String, Tensor)] {
        let ends = &self.ends_of_statistics;
        let start = index.checked_sub(1).map_or(0, |before| ends[before]);
        &self.statistics[start..ends[index]]
    }

    /// The tensors, to be changed in place.
    pub fn tensors_mut(&mut self) -> &mut [Tensor] {
        &mut self.tensors
    }

    /// Each name with its tensor, the running statistics last.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Tensor)> {
        let trained = self.names.iter().map(String::as_str).zip(&self.tensors);
        let statistics = self.statistics.iter();
        trained.chain(statistics.map(|(name, tensor)| (name.as_str(), tensor)))
    }

    /// Copies `values`, in the order of [`Parameters::iter`], into the parameters.
    pub fn set(&mut self, values: &[Tensor]) {
        let _no_grad = tch::no_grad_guard();
        let statistics = self.statistics.iter_mut().map(|(_, tensor)| tensor);
        for (tensor, value) in self.tensors.iter_mut().chain(statistics).zip(values) {
            tensor.copy_(value);
        }
    }

    /// The parameter of this name.
    pub fn get(&self, name: &str) -> Option<&Tensor> {
        self.iter()
            .find(|(found, _)| *found == name)
            .map(|(_, tensor)| tensor)
    }

    /// Writes the parameters to a safetensors file, which PyTorch's `load_state_dict` takes.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn save(&self, path: &Path) -> Result<(), Error> {
        let metadata = HashMap::from([("format".into(), "pt".into())]);
        tensor_file::write(path, self.iter(), metadata)
    }

    /// Reads the values of all parameters from a safetensors file.
    ///
    /// # Errors
    /// [`Error::File`]; [`Error::Content`] if the file does not have exactly these names with these
    /// shapes as 32-bit floats. Then no parameter has changed.
    pub fn load(&mut self, path: &Path) -> Result<(), Error> {
        let (values, _) = tensor_file::read(path, self.iter())?;
        self.set(&values);
        Ok(())
    }
}
