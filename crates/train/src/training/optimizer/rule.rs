//! What every optimizer does.

use tch::Tensor;

/// A rule that moves parameters against their gradients.
pub trait Optimizer {
    /// Takes step `step`, counted from 1: changes each of `parameters` by its gradient, which has
    /// the same shape.
    ///
    /// # Panics
    /// If a gradient has another number of elements than its parameter, or shares its memory.
    fn step(
        &mut self,
        step: usize,
        learning_rate: f64,
        parameters: &mut [Tensor],
        gradients: &[Tensor],
    );

    /// Everything that must be saved to resume a training, each tensor under its name, e.g.
    /// `first_moment/encoder.0.weight`. The names do not change from step to step.
    fn state(&self) -> Vec<(String, &Tensor)>;

    /// Replaces the state by tensors of the same order and shapes as those of [`Optimizer::state`].
    fn restore(&mut self, state: Vec<Tensor>);

    /// The number of consecutive steps with gradients of zero after which further ones move no
    /// weight; `None` if weight decay moves them for ever.
    fn steps_to_rest(&self) -> Option<usize>;
}
