//! The rules that move the weights, a file for each. Their state has names, under which a checkpoint
//! saves it.

mod adam;
mod adamw;
mod buffers;
mod decay;
mod muon;
mod rule;
mod sgd;

use experiment::Training;
use tch::Tensor;

use adam::{Adam, AdamConstants};
use adamw::AdamW;
use muon::Muon;
pub use rule::Optimizer;
use sgd::Sgd;

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
