//! The rules that move the weights, a file for each. Their state has names, under which a checkpoint
//! saves it.

mod adam;
mod adamw;
mod buffers;
mod muon;
mod sgd;

use experiment::Training;
use tch::Tensor;

use adam::{Adam, AdamConstants};
use adamw::AdamW;
use muon::Muon;
use sgd::Sgd;

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

/// The optimizer of a training, for parameters with their names, whose tensors it must be given in
/// this order at each step.
pub fn optimizer<'a>(
    training: &Training,
    parameters: impl Iterator<Item = (&'a str, &'a Tensor)>,
) -> Box<dyn Optimizer> {
    let parameters: Vec<(&str, &Tensor)> = parameters.collect();
    match training.optimizer {
        experiment::Optimizer::Adam {
            beta1,
            beta2,
            epsilon,
            weight_decay,
        } => {
            let constants = AdamConstants {
                beta1,
                beta2,
                epsilon,
            };
            Box::new(Adam::new(constants, weight_decay, &parameters))
        }
        experiment::Optimizer::AdamW {
            beta1,
            beta2,
            epsilon,
            weight_decay,
        } => {
            let constants = AdamConstants {
                beta1,
                beta2,
                epsilon,
            };
            Box::new(AdamW::new(constants, weight_decay, &parameters))
        }
        experiment::Optimizer::Sgd {
            momentum,
            nesterov,
            weight_decay,
        } => Box::new(Sgd::new(momentum, nesterov, weight_decay, &parameters)),
        experiment::Optimizer::Muon {
            momentum,
            weight_decay,
            adamw_learning_rate,
        } => {
            let rate = adamw_learning_rate.unwrap_or(training.learning_rate);
            let rate_ratio = rate / training.learning_rate;
            Box::new(Muon::new(momentum, weight_decay, rate_ratio, &parameters))
        }
    }
}

/// `gradient` + `decay` `weights`: the gradient with that of an L2 penalty.
fn with_l2(gradient: &Tensor, weights: &Tensor, decay: f64) -> Tensor {
    if decay == 0.0 {
        gradient.shallow_clone()
    } else {
        gradient + weights.detach() * decay
    }
}

/// The number of steps after which a momentum that each multiplies by `decay` is `share` of what it
/// was.
fn steps_to_fade(decay: f64, ln_share: f64) -> usize {
    (ln_share / decay.ln()).round() as usize
}

/// 200 steps with a decay of 0.9: the momentum is then 0.9^200 = 7e-10 of what it was.
fn ln_faded() -> f64 {
    200.0 * 0.9_f64.ln()
}
