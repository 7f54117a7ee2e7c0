//! Adam and AdamW.

use ae_models::{as_mut_slice, as_slice, in_parts};
use multiversion::multiversion;
use tch::{Device, Kind, Tensor};

use super::{
    decay::{ln_faded, steps_to_fade, with_l2},
    rule::{Rule, Step},
};

/// Adam (Kingma and Ba, 2015), and with a `weight_decay` AdamW (Loshchilov and Hutter, 2019).
///
/// At step t, with gradient g (that of an L2 penalty included), element by element:
/// w = (1 - rate weight_decay) w; m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2;
/// w = w - (rate / (1 - b1^t)) m / (sqrt(v) / sqrt(1 - b2^t) + epsilon).
#[derive(Clone, Copy)]
pub(super) struct Adam {
    /// b1, the decay of m.
    pub(super) beta1: f64,
    /// b2, the decay of v.
    pub(super) beta2: f64,
    /// Added to the denominator.
    pub(super) epsilon: f64,
    /// This much of each weight is added to its gradient.
    pub(super) l2: f64,
    /// This share of each weight, times the rate, is taken away.
    pub(super) weight_decay: f64,
}

impl Rule for Adam {
    fn kept(&self, _: &Tensor) -> &'static [&'static str] {
        &["first_moment", "second_moment"]
    }

    fn is_elementwise(&self, _: &Tensor) -> bool {
        true
    }

    fn update(&self, step: Step, weights: &mut Tensor, gradient: &Tensor, kept: &mut [Tensor]) {
        let [m, v] = kept else {
            unreachable!("two moments are kept");
        };
        if self.weight_decay > 0.0 {
            let _ = weights.g_mul_scalar_(1.0 - step.rate * self.weight_decay);
        }
        let gradient = with_l2(gradient, weights, self.l2);
        let correction_1 = 1.0 - self.beta1.powi(step.number as i32);
        let correction_2 = 1.0 - self.beta2.powi(step.number as i32);
        let rate = step.rate / correction_1;
        let scale = 1.0 / correction_2.sqrt();
        if weights.device() == Device::Cpu {
            let gradient = gradient.contiguous();
            assert_ne!(gradient.data_ptr(), weights.data_ptr());
            // SAFETY: only this optimizer has the moments, the gradient's memory is the model's
            // (see `loss_and_gradients`) and not the parameter's, and while the slices live, the model
            // does not run, and libtorch and other threads change other parameters only.
            let (weights, gradients, first, second) = unsafe {
                (
                    as_mut_slice(weights),
                    as_slice(&gradient),
                    as_mut_slice(m),
                    as_mut_slice(v),
                )
            };
            let (rate, scale) = (rate as f32, scale as f32);
            let moments = first.chunks_mut(PART).zip(second.chunks_mut(PART));
            let parts = weights.chunks_mut(PART).zip(gradients.chunks(PART));
            let parts: Vec<_> = parts.zip(moments).collect();
            in_parts(parts, &|((weights, gradients), (first, second))| {
                step_slices(*self, weights, gradients, first, second, rate, scale);
            });
        } else {
            step_tensors(*self, weights, &gradient, m, v, rate, scale);
        }
    }

    fn steps_to_rest(&self) -> Option<usize> {
        if self.l2 > 0.0 || self.weight_decay > 0.0 {
            return None;
        }
        let mut ln_share = ln_faded();
        if self.beta1 * self.beta1 >= self.beta2 {
            // sqrt(v) fades faster than m, until epsilon alone divides it.
            ln_share += self.epsilon.ln();
        }
        Some(steps_to_fade(self.beta1, ln_share))
    }
}

/// The number of weights that are moved at once.
const PART: usize = 1 << 14;

/// All in one pass over memory, which is what limits the speed. All slices have one element for
/// each weight.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
fn step_slices(
    adam: Adam,
    weights: &mut [f32],
    gradients: &[f32],
    first: &mut [f32],
    second: &mut [f32],
    rate: f32,
    scale: f32,
) {
    let Adam {
        beta1,
        beta2,
        epsilon,
        ..
    } = adam;
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
    adam: Adam,
    weight: &mut Tensor,
    gradient: &Tensor,
    m: &mut Tensor,
    v: &mut Tensor,
    rate: f64,
    scale: f64,
) {
    let Adam {
        beta1,
        beta2,
        epsilon,
        ..
    } = adam;
    let _ = m.g_mul_scalar_(beta1).g_add_(&(gradient * (1.0 - beta1)));
    let square = gradient.square() * (1.0 - beta2);
    let _ = v.g_mul_scalar_(beta2).g_add_(&square);
    let denominator = v.sqrt() * scale + epsilon;
    let _ = weight.g_sub_(&(&*m * rate / denominator).to_kind(Kind::Float));
}
