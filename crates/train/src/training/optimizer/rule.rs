//! What every rule says: what it keeps of a parameter, and how it moves the parameter.

use tch::Tensor;

/// A step of a training.
#[derive(Clone, Copy)]
pub(super) struct Step {
    /// Its number, counted from 1.
    pub(super) number: usize,
    /// The learning rate.
    pub(super) rate: f64,
}

/// A rule that moves each parameter against its gradient.
pub(super) trait Rule: Sync {
    /// The names of the tensors that it keeps of `parameter` from step to step, each of its shape.
    fn kept(&self, parameter: &Tensor) -> &'static [&'static str];

    /// Changes `weights` by `gradient`, and what is kept of them, which begins with zeros. On a GPU the
    /// weights of all parameters for which the rule is elementwise are given as one vector.
    ///
    /// # Panics
    /// If the gradient has another number of elements than the weights, or shares their memory.
    fn update(&self, step: Step, weights: &mut Tensor, gradient: &Tensor, kept: &mut [Tensor]);

    /// Whether each element of `parameter` moves as if it were alone. All parameters for which this is
    /// so keep tensors of the same names.
    fn is_elementwise(&self, parameter: &Tensor) -> bool;

    /// See [`super::Optimizer::steps_to_rest`].
    fn steps_to_rest(&self) -> Option<usize>;
}
