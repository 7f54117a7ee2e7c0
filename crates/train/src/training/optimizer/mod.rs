//! The rules that move the weights, and what they keep of each parameter, under names with which a
//! checkpoint saves it.

mod adam;
mod decay;
mod muon;
mod rule;
mod rules;
mod together;

use ae_models::in_parts;
use experiment::Training;
use tch::{Device, Tensor};

use rule::{Rule, Step};
use together::Together;

/// A rule with what it keeps of the parameters of a model.
pub struct Optimizer {
    rule: Box<dyn Rule>,
    /// For each parameter the tensors that are kept, named `PART/NAME` by the parameter's name.
    names: Vec<Vec<String>>,
    kept: Vec<Vec<Tensor>>,
    /// On a GPU, the parameters that move as one vector; their tensors in `kept` are views of its own.
    together: Option<Together>,
}

impl Optimizer {
    /// The optimizer of a training, for parameters with their names, whose tensors it must be given in
    /// this order at each step.
    pub fn new<'a>(
        training: &Training,
        parameters: impl Iterator<Item = (&'a str, &'a Tensor)>,
    ) -> Self {
        let rule = rules::rule(training);
        let (mut names, mut kept, mut tensors) = (Vec::new(), Vec::new(), Vec::new());
        for (name, parameter) in parameters {
            let parts = rule.kept(parameter).iter();
            names.push(parts.clone().map(|part| format!("{part}/{name}")).collect());
            kept.push(parts.map(|_| parameter.detach().zeros_like()).collect());
            tensors.push(parameter);
        }
        let is_on_gpu = tensors.iter().any(|tensor| tensor.device() != Device::Cpu);
        let together = is_on_gpu.then(|| Together::new(&*rule, &tensors, &mut kept));
        Optimizer {
            rule,
            names,
            kept,
            together: together.flatten(),
        }
    }

    /// Takes step `step`, counted from 1: changes each of `parameters` by its gradient, which has
    /// the same shape. Idle threads help, see [`in_parts`]; on a GPU most parameters move as one vector.
    ///
    /// # Panics
    /// If a gradient has another number of elements than its parameter, or shares its memory.
    pub fn step(
        &mut self,
        step: usize,
        learning_rate: f64,
        parameters: &mut [Tensor],
        gradients: &[Tensor],
    ) {
        let step = Step {
            number: step,
            rate: learning_rate,
        };
        let rule = &*self.rule;
        if let Some(together) = &mut self.together {
            let _no_grad = tch::no_grad_guard();
            return together.step(rule, step, parameters, gradients, &mut self.kept);
        }
        let gradients = gradients.iter().map(Tensor::shallow_clone);
        let gradients = gradients.zip(&mut self.kept);
        let parts: Vec<_> = parameters.iter_mut().zip(gradients).collect();
        let update = |(weights, (gradient, kept)): (&mut Tensor, (Tensor, &mut Vec<Tensor>))| {
            let _no_grad = tch::no_grad_guard();
            rule.update(step, weights, &gradient, kept);
        };
        in_parts(parts, &update);
    }

    /// Everything that must be saved to resume a training, each tensor under its name, e.g.
    /// `first_moment/encoder.0.weight`. The names do not change from step to step.
    pub fn state(&self) -> Vec<(String, &Tensor)> {
        let names = self.names.iter().flatten().cloned();
        names.zip(self.kept.iter().flatten()).collect()
    }

    /// Replaces the state by tensors of the same order and shapes as those of [`Optimizer::state`].
    pub fn restore(&mut self, state: Vec<Tensor>) {
        for (tensor, value) in self.kept.iter_mut().flatten().zip(state) {
            tensor.copy_(&value);
        }
    }

    /// The number of consecutive steps with gradients of zero after which further ones move no
    /// weight; `None` if weight decay moves them for ever.
    pub fn steps_to_rest(&self) -> Option<usize> {
        self.rule.steps_to_rest()
    }
}
