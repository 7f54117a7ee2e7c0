//! The weights of a model by their PyTorch names.

use std::{collections::HashMap, path::Path};

use tch::{Device, Tensor};

use crate::{Error, tensor_file};

/// The weights and biases of a model, each by its name in the PyTorch notebook's class, in a
/// fixed order.
#[derive(Debug, Default)]
pub struct Parameters {
    names: Vec<String>,
    tensors: Vec<Tensor>,
}

impl Parameters {
    /// Adds a parameter to be trained.
    pub(crate) fn add(&mut self, name: String, tensor: &Tensor, device: Device) {
        self.names.push(name);
        self.tensors
            .push(tensor.to_device(device).set_requires_grad(true));
    }

    /// Adds the weight and the bias of a layer under PyTorch's names for them.
    pub(crate) fn add_layer(&mut self, name: &str, layer: &(Tensor, Tensor), device: Device) {
        self.add(format!("{name}.weight"), &layer.0, device);
        self.add(format!("{name}.bias"), &layer.1, device);
    }

    /// The names, e.g. `encoder.0.weight`.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The tensors, in the order of the names.
    pub fn tensors(&self) -> &[Tensor] {
        &self.tensors
    }

    /// Weight and bias of the layer at `index` in the order of construction.
    pub(crate) fn layer(&self, index: usize) -> (&Tensor, &Tensor) {
        (&self.tensors[2 * index], &self.tensors[2 * index + 1])
    }

    /// The tensors, to be changed in place.
    pub fn tensors_mut(&mut self) -> &mut [Tensor] {
        &mut self.tensors
    }

    /// Each name with its tensor.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Tensor)> {
        self.names.iter().map(String::as_str).zip(&self.tensors)
    }

    /// Copies `values`, in the order of the names, into the parameters.
    pub fn set(&mut self, values: &[Tensor]) {
        let _no_grad = tch::no_grad_guard();
        for (tensor, value) in self.tensors.iter_mut().zip(values) {
            tensor.copy_(value);
        }
    }

    /// The parameter of this name.
    pub fn get(&self, name: &str) -> Option<&Tensor> {
        let index = self.names.iter().position(|n| n == name)?;
        self.tensors.get(index)
    }

    /// Writes the parameters to a safetensors file, which PyTorch's `load_state_dict` takes.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn save(&self, path: &Path) -> Result<(), Error> {
        let metadata = HashMap::from([("format".into(), "pt".into())]);
        tensor_file::write(path, self.iter(), metadata)
    }

    /// Reads the values of all parameters from a safetensors file.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::Weights`] if the file does not hold exactly these names with these
    /// shapes as 32-bit floats. Then no parameter has changed.
    pub fn load(&mut self, path: &Path) -> Result<(), Error> {
        let (values, _) = tensor_file::read(path, self.iter())?;
        self.set(&values);
        Ok(())
    }
}
