//! What an optimizer remembers of each parameter from step to step.

use tch::Tensor;

/// A tensor for each parameter, of its shape, named `PART/NAME` by the parameter's name.
pub(super) struct Buffers {
    names: Vec<String>,
    /// In the order of the parameters.
    pub(super) tensors: Vec<Tensor>,
}

impl Buffers {
    /// Zeros.
    pub(super) fn new(part: &str, parameters: &[(&str, &Tensor)]) -> Self {
        Buffers {
            names: parameters
                .iter()
                .map(|(name, _)| format!("{part}/{name}"))
                .collect(),
            tensors: parameters
                .iter()
                .map(|(_, tensor)| tensor.detach().zeros_like())
                .collect(),
        }
    }

    /// Each tensor by its name.
    pub(super) fn named(&self) -> impl Iterator<Item = (String, &Tensor)> {
        self.names.iter().cloned().zip(&self.tensors)
    }

    /// Takes the values from the beginning of `state`.
    pub(super) fn restore(&mut self, state: &mut impl Iterator<Item = Tensor>) {
        for (tensor, value) in self.tensors.iter_mut().zip(state) {
            tensor.copy_(&value);
        }
    }
}
