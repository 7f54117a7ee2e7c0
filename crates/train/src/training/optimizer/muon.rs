//! Muon for matrices, AdamW for all other parameters.

use tch::{Kind, Tensor};

use super::{
    adam::Adam,
    decay::{ln_faded, steps_to_fade},
    rule::{Rule, Step},
};

/// Muon (Jordan, 2024), as PyTorch's `Muon` with `adjust_lr_fn="match_rms_adamw"` computes it.
///
/// For each matrix of weights, `[A, B]`, with gradient g: m = momentum m + (1 - momentum) g;
/// u = (1 - momentum) g + momentum m (Nesterov's momentum); w = (1 - rate decay) w; then
/// w = w - 0.2 sqrt(max(A, B)) rate orthogonal(u). The factor gives a step the root mean square of
/// AdamW's (Liu et al., 2025).
///
/// PyTorch's takes matrices only, and its documentation gives all other parameters to AdamW; here
/// that is biases, normalizations and the filters of convolutions. The first and the last matrix
/// are Muon's too, as in the example there: an autoencoder may have no others.
pub(super) struct Muon {
    momentum: f64,
    weight_decay: f64,
    /// AdamW's learning rate divided by that of the matrices.
    rate_ratio: f64,
    adamw: Adam,
}

impl Muon {
    /// `rate_ratio` is AdamW's learning rate divided by that of the matrices.
    pub(super) fn new(momentum: f64, weight_decay: f64, rate_ratio: f64) -> Self {
        Muon {
            momentum,
            weight_decay,
            rate_ratio,
            // PyTorch's defaults.
            adamw: Adam {
                beta1: 0.9,
                beta2: 0.999,
                epsilon: 1e-8,
                l2: 0.0,
                weight_decay,
            },
        }
    }
}

impl Rule for Muon {
    fn kept(&self, parameter: &Tensor) -> &'static [&'static str] {
        if self.is_elementwise(parameter) {
            self.adamw.kept(parameter)
        } else {
            &["momentum"]
        }
    }

    fn is_elementwise(&self, parameter: &Tensor) -> bool {
        parameter.dim() != 2
    }

    fn update(&self, step: Step, weights: &mut Tensor, gradient: &Tensor, kept: &mut [Tensor]) {
        let [momentum] = kept else {
            let step = Step {
                rate: step.rate * self.rate_ratio,
                ..step
            };
            return self.adamw.update(step, weights, gradient, kept);
        };
        let _ = momentum.lerp_(gradient, 1.0 - self.momentum);
        let update = orthogonal(&gradient.lerp(momentum, self.momentum));
        let larger_side = weights.size().into_iter().max().expect("two sides") as f64;
        let rate = 0.2 * larger_side.sqrt() * step.rate;
        let _ = weights.g_mul_scalar_(1.0 - step.rate * self.weight_decay);
        let _ = weights.g_sub_(&(update.to_kind(Kind::Float) * rate));
    }

    fn steps_to_rest(&self) -> Option<usize> {
        // The momentum is scaled up until its norm is below EPSILON; from there on the iterations
        // multiply it by up to A^5 / EPSILON.
        let ln_share = ln_faded() + EPSILON.ln() - ITERATIONS as f64 * A.ln();
        let matrices = steps_to_fade(self.momentum, ln_share);
        Some(matrices.max(self.adamw.steps_to_rest()?))
    }
}

const ITERATIONS: usize = 5;
/// Added to no norm: a matrix of a smaller one is divided by this instead.
const EPSILON: f64 = 1e-7;
/// Coefficients of the iteration x -> a x + b x^3 + c x^5 of each singular value (Jordan, 2024).
const A: f64 = 3.4445;
const B: f64 = -4.775;
const C: f64 = 2.0315;

/// The matrix, `[A, B]`, with all singular values near 1 (from 0.7 to 1.2, small ones below), by
/// iterations after Newton and Schulz in 16-bit floats.
fn orthogonal(matrix: &Tensor) -> Tensor {
    let size = matrix.size();
    let is_tall = size[0] > size[1];
    // A batch of one, since `baddbmm` takes coefficients; tch's `addmm` does not.
    let mut x = matrix.to_kind(Kind::BFloat16).unsqueeze(0);
    if is_tall {
        x = x.mt();
    }
    x = &x / x.norm().clamp_min(EPSILON);
    for _ in 0..ITERATIONS {
        let gram = x.bmm(&x.mt());
        let update = gram.baddbmm(&gram, &gram, B, C);
        x = x.baddbmm(&update, &x, A, 1.0);
    }
    if is_tall {
        x = x.mt();
    }
    x.squeeze_dim(0)
}
