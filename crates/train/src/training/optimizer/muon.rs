//! Muon for matrices, AdamW for all other parameters.

use tch::{Kind, Tensor};

use super::{
    adam::AdamConstants,
    adamw::AdamW,
    buffers::Buffers,
    decay::{ln_faded, steps_to_fade},
    rule::Optimizer,
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
    /// Whether each parameter is a matrix.
    is_matrix: Vec<bool>,
    /// m of each matrix.
    momenta: Buffers,
    adamw: AdamW,
}

/// PyTorch's defaults, for the parameters that are no matrices.
const ADAMW: AdamConstants = AdamConstants {
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
};

impl Muon {
    pub(super) fn new(
        momentum: f64,
        weight_decay: f64,
        rate_ratio: f64,
        parameters: &[(&str, &Tensor)],
    ) -> Self {
        let is_matrix = |(_, tensor): &(&str, &Tensor)| tensor.dim() == 2;
        let (matrices, others): (Vec<_>, Vec<_>) = parameters.iter().copied().partition(is_matrix);
        Muon {
            momentum,
            weight_decay,
            rate_ratio,
            is_matrix: parameters.iter().map(is_matrix).collect(),
            momenta: Buffers::new("momentum", &matrices),
            adamw: AdamW::new(ADAMW, weight_decay, &others),
        }
    }

    /// Those of `tensors` that are matrices, or the others; they share their memory.
    fn select(&self, matrices: bool, tensors: &[Tensor]) -> Vec<Tensor> {
        let tensors = self.is_matrix.iter().zip(tensors);
        tensors
            .filter(|(is_matrix, _)| **is_matrix == matrices)
            .map(|(_, tensor)| tensor.shallow_clone())
            .collect()
    }
}

impl Optimizer for Muon {
    fn step(
        &mut self,
        step: usize,
        learning_rate: f64,
        parameters: &mut [Tensor],
        gradients: &[Tensor],
    ) {
        let mut matrices = self.select(true, parameters);
        let gradients_of_matrices = self.select(true, gradients);
        let mut others = self.select(false, parameters);
        let gradients_of_others = self.select(false, gradients);

        let rate = learning_rate * self.rate_ratio;
        self.adamw
            .step(step, rate, &mut others, &gradients_of_others);

        let _no_grad = tch::no_grad_guard();
        let gradients = gradients_of_matrices.iter();
        let momenta = &mut self.momenta.tensors;
        for ((weights, gradient), momentum) in matrices.iter_mut().zip(gradients).zip(momenta) {
            let _ = momentum.lerp_(gradient, 1.0 - self.momentum);
            let update = orthogonal(&gradient.lerp(momentum, self.momentum));
            let larger_side = weights.size().into_iter().max().expect("two sides") as f64;
            let rate = 0.2 * larger_side.sqrt() * learning_rate;
            let _ = weights.g_mul_scalar_(1.0 - learning_rate * self.weight_decay);
            let _ = weights.g_sub_(&(update.to_kind(Kind::Float) * rate));
        }
    }

    fn state(&self) -> Vec<(String, &Tensor)> {
        self.momenta.named().chain(self.adamw.state()).collect()
    }

    fn restore(&mut self, state: Vec<Tensor>) {
        let mut state = state.into_iter();
        self.momenta.restore(&mut state);
        self.adamw.restore(state.collect());
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
