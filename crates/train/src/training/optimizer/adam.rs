//! Adam.

use ae_models::{as_mut_slice, as_slice};
use multiversion::multiversion;
use tch::{Device, Kind, Tensor};

use super::{
    buffers::Buffers,
    decay::{ln_faded, steps_to_fade, with_l2},
    rule::Optimizer,
};

/// Adam (Kingma and Ba, 2015).
///
/// At step t, with gradient g (that of an L2 penalty included), element by element:
/// m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2;
/// w = w - (rate / (1 - b1^t)) m / (sqrt(v) / sqrt(1 - b2^t) + epsilon).
pub(super) struct Adam {
    constants: AdamConstants,
    /// This much of each weight is added to its gradient.
    weight_decay: f64,
    /// m of each parameter.
    first_moments: Buffers,
    /// v of each parameter.
    second_moments: Buffers,
}

/// The constants of [`Adam`].
#[derive(Clone, Copy)]
pub(super) struct AdamConstants {
    /// b1, the decay of m.
    pub(super) beta1: f64,
    /// b2, the decay of v.
    pub(super) beta2: f64,
    /// Added to the denominator.
    pub(super) epsilon: f64,
}

impl Adam {
    pub(super) fn new(
        constants: AdamConstants,
        weight_decay: f64,
        parameters: &[(&str, &Tensor)],
    ) -> Self {
        Adam {
            constants,
            weight_decay,
            first_moments: Buffers::new("first_moment", parameters),
            second_moments: Buffers::new("second_moment", parameters),
        }
    }

    /// The number of steps with gradients of zero after which the moments move no weight.
    pub(super) fn steps_to_fade(&self) -> usize {
        let AdamConstants {
            beta1,
            beta2,
            epsilon,
        } = self.constants;
        let mut ln_share = ln_faded();
        if beta1 * beta1 >= beta2 {
            // sqrt(v) fades faster than m, until epsilon alone divides it.
            ln_share += epsilon.ln();
        }
        steps_to_fade(beta1, ln_share)
    }
}

impl Optimizer for Adam {
    fn step(
        &mut self,
        step: usize,
        learning_rate: f64,
        parameters: &mut [Tensor],
        gradients: &[Tensor],
    ) {
        let constants = self.constants;
        let correction_1 = 1.0 - constants.beta1.powi(step as i32);
        let correction_2 = 1.0 - constants.beta2.powi(step as i32);
        let rate = learning_rate / correction_1;
        let scale = 1.0 / correction_2.sqrt();

        let _no_grad = tch::no_grad_guard();
        let first = self.first_moments.tensors.iter_mut();
        let moments = first.zip(&mut self.second_moments.tensors);
        for ((parameter, gradient), (m, v)) in parameters.iter_mut().zip(gradients).zip(moments) {
            let gradient = &with_l2(gradient, parameter, self.weight_decay);
            if parameter.device() == Device::Cpu {
                let gradient = gradient.contiguous();
                assert_ne!(gradient.data_ptr(), parameter.data_ptr());
                // SAFETY: only this optimizer has the moments, the gradient's memory is the model's
                // (see `loss_and_gradients`) and not the parameter's, and neither libtorch nor the
                // model runs while the slices live.
                let (weights, gradients, first, second) = unsafe {
                    (
                        as_mut_slice(parameter),
                        as_slice(&gradient),
                        as_mut_slice(m),
                        as_mut_slice(v),
                    )
                };
                let (rate, scale) = (rate as f32, scale as f32);
                step_slices(constants, weights, gradients, first, second, rate, scale);
            } else {
                step_tensors(constants, parameter, gradient, m, v, rate, scale);
            }
        }
    }

    fn state(&self) -> Vec<(String, &Tensor)> {
        let (first, second) = (self.first_moments.named(), self.second_moments.named());
        first.chain(second).collect()
    }

    fn restore(&mut self, state: Vec<Tensor>) {
        let mut state = state.into_iter();
        self.first_moments.restore(&mut state);
        self.second_moments.restore(&mut state);
    }

    fn steps_to_rest(&self) -> Option<usize> {
        (self.weight_decay == 0.0).then(|| self.steps_to_fade())
    }
}

/// All in one pass over memory, which is what limits the speed. All slices have one element for
/// each weight.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
fn step_slices(
    constants: AdamConstants,
    weights: &mut [f32],
    gradients: &[f32],
    first: &mut [f32],
    second: &mut [f32],
    rate: f32,
    scale: f32,
) {
    let AdamConstants {
        beta1,
        beta2,
        epsilon,
    } = constants;
    let (kept_1, kept_2) = (beta1 as f32, beta2 as f32);
    // Subtracted in double precision, as PyTorch does: 1 - 0.999 has few digits in single.
    let (new_1, new_2) = ((1.0 - beta1) as f32, (1.0 - beta2) as f32);
    let epsilon = epsilon as f32;
    assert!(
        [gradients.len(), first.len(), second.len()] == [weights.len(); 3],
        "expected a gradient and two moments for each weight"
    );
    let moments = first.iter_mut().zip(second);
    for ((w, &g), (m, v)) in weights.iter_mut().zip(gradients).zip(moments) {
        *m = kept_1 * *m + new_1 * g;
        *v = kept_2 * *v + new_2 * g * g;
        *w -= rate * *m / (v.sqrt() * scale + epsilon);
    }
}

fn step_tensors(
    constants: AdamConstants,
    weight: &mut Tensor,
    gradient: &Tensor,
    m: &mut Tensor,
    v: &mut Tensor,
    rate: f64,
    scale: f64,
) {
    let AdamConstants {
        beta1,
        beta2,
        epsilon,
    } = constants;
    let _ = m.g_mul_scalar_(beta1).g_add_(&(gradient * (1.0 - beta1)));
    let square = gradient.square() * (1.0 - beta2);
    let _ = v.g_mul_scalar_(beta2).g_add_(&square);
    let denominator = v.sqrt() * scale + epsilon;
    let _ = weight.g_sub_(&(&*m * rate / denominator).to_kind(Kind::Float));
}
