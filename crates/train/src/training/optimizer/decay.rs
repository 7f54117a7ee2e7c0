//! Decay of weights and of momenta, as several optimizers have it.

use tch::Tensor;

/// `gradient` + `decay` `weights`: the gradient with that of an L2 penalty.
pub(super) fn with_l2(gradient: &Tensor, weights: &Tensor, decay: f64) -> Tensor {
    if decay == 0.0 {
        gradient.shallow_clone()
    } else {
        gradient + weights.detach() * decay
    }
}

/// The number of steps after which a momentum that each step multiplies by `decay` is the share of
/// what it was whose natural logarithm is `ln_share`.
pub(super) fn steps_to_fade(decay: f64, ln_share: f64) -> usize {
    (ln_share / decay.ln()).round() as usize
}

/// The logarithm of the share of a momentum that no longer counts: what 200 steps with a decay of 0.9
/// leave of it, 0.9^200 = 7e-10.
pub(super) fn ln_faded() -> f64 {
    200.0 * 0.9_f64.ln()
}
