//! AdamW.

use tch::Tensor;

use super::{
    adam::{Adam, AdamConstants},
    rule::Optimizer,
};

/// AdamW (Loshchilov and Hutter, 2019): at each step w = (1 - rate decay) w, then a step of [`Adam`].
pub(super) struct AdamW {
    weight_decay: f64,
    adam: Adam,
}

impl AdamW {
    pub(super) fn new(
        constants: AdamConstants,
        weight_decay: f64,
        parameters: &[(&str, &Tensor)],
    ) -> Self {
        AdamW {
            weight_decay,
            adam: Adam::new(constants, 0.0, parameters),
        }
    }
}

impl Optimizer for AdamW {
    fn step(
        &mut self,
        step: usize,
        learning_rate: f64,
        parameters: &mut [Tensor],
        gradients: &[Tensor],
    ) {
        let _no_grad = tch::no_grad_guard();
        for parameter in parameters.iter_mut() {
            let _ = parameter.g_mul_scalar_(1.0 - learning_rate * self.weight_decay);
        }
        self.adam.step(step, learning_rate, parameters, gradients);
    }

    fn state(&self) -> Vec<(String, &Tensor)> {
        self.adam.state()
    }

    fn restore(&mut self, state: Vec<Tensor>) {
        self.adam.restore(state);
    }

    fn steps_to_rest(&self) -> Option<usize> {
        (self.weight_decay == 0.0).then(|| self.adam.steps_to_fade())
    }
}
