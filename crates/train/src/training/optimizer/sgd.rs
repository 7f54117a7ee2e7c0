//! Stochastic gradient descent.

use tch::Tensor;

use super::{
    buffers::Buffers,
    decay::{ln_faded, steps_to_fade, with_l2},
    rule::Optimizer,
};

/// Stochastic gradient descent with momentum, as PyTorch defines it.
///
/// With gradient g (that of an L2 penalty included): b = momentum b + g; w = w - rate b, with
/// Nesterov's momentum w = w - rate (g + momentum b).
pub(super) struct Sgd {
    momentum: f64,
    nesterov: bool,
    weight_decay: f64,
    /// b of each parameter; none without momentum.
    buffers: Buffers,
}

impl Sgd {
    pub(super) fn new(
        momentum: f64,
        nesterov: bool,
        weight_decay: f64,
        parameters: &[(&str, &Tensor)],
    ) -> Self {
        let with_momentum = if momentum == 0.0 { &[] } else { parameters };
        Sgd {
            momentum,
            nesterov,
            weight_decay,
            buffers: Buffers::new("momentum", with_momentum),
        }
    }
}

impl Optimizer for Sgd {
    fn step(
        &mut self,
        _step: usize,
        learning_rate: f64,
        parameters: &mut [Tensor],
        gradients: &[Tensor],
    ) {
        let _no_grad = tch::no_grad_guard();
        let mut buffers = self.buffers.tensors.iter_mut();
        for (parameter, gradient) in parameters.iter_mut().zip(gradients) {
            let mut direction = with_l2(gradient, parameter, self.weight_decay);
            if let Some(buffer) = buffers.next() {
                let _ = buffer.g_mul_scalar_(self.momentum).g_add_(&direction);
                direction = if self.nesterov {
                    direction + &*buffer * self.momentum
                } else {
                    buffer.shallow_clone()
                };
            }
            let _ = parameter.g_sub_(&(direction * learning_rate));
        }
    }

    fn state(&self) -> Vec<(String, &Tensor)> {
        self.buffers.named().collect()
    }

    fn restore(&mut self, state: Vec<Tensor>) {
        self.buffers.restore(&mut state.into_iter());
    }

    fn steps_to_rest(&self) -> Option<usize> {
        (self.weight_decay == 0.0).then(|| steps_to_fade(self.momentum, ln_faded()))
    }
}
