//! The rules that move the weights. Their state has names, under which a checkpoint saves it.

use ae_models::{Parameters, as_mut_slice, as_slice};
use multiversion::multiversion;
use tch::{Device, Kind, Tensor};

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
    /// weight.
    fn steps_to_rest(&self) -> usize;
}

/// The optimizer that `settings` describe, for `parameters`, whose tensors it must be given in this
/// order at each step.
pub fn optimizer(settings: &experiment::Optimizer, parameters: &Parameters) -> Box<dyn Optimizer> {
    match *settings {
        experiment::Optimizer::Adam {
            beta1,
            beta2,
            epsilon,
        } => {
            let constants = AdamConstants {
                beta1,
                beta2,
                epsilon,
            };
            Box::new(Adam::new(constants, parameters))
        }
    }
}

/// Adam (Kingma and Ba, 2015).
///
/// At step t, with gradient g, element by element:
/// m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2;
/// w = w - (rate / (1 - b1^t)) m / (sqrt(v) / sqrt(1 - b2^t) + epsilon).
struct Adam {
    constants: AdamConstants,
    /// The names of the parameters.
    names: Vec<String>,
    /// m of each parameter.
    first_moments: Vec<Tensor>,
    /// v of each parameter.
    second_moments: Vec<Tensor>,
}

/// The constants of [`Adam`].
#[derive(Clone, Copy)]
struct AdamConstants {
    /// b1, the decay of m.
    beta1: f64,
    /// b2, the decay of v.
    beta2: f64,
    /// Added to the denominator.
    epsilon: f64,
}

impl Adam {
    fn new(constants: AdamConstants, parameters: &Parameters) -> Self {
        let zeros = || {
            parameters
                .tensors()
                .iter()
                .map(|parameter| parameter.detach().zeros_like())
                .collect()
        };
        Adam {
            constants,
            names: parameters.names().to_vec(),
            first_moments: zeros(),
            second_moments: zeros(),
        }
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
        let moments = self.first_moments.iter_mut().zip(&mut self.second_moments);
        for ((parameter, gradient), (m, v)) in parameters.iter_mut().zip(gradients).zip(moments) {
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
        let named = |part: &'static str, moments| {
            self.names
                .iter()
                .zip(moments)
                .map(move |(name, moment)| (format!("{part}/{name}"), moment))
        };
        named("first_moment", &self.first_moments)
            .chain(named("second_moment", &self.second_moments))
            .collect()
    }

    fn restore(&mut self, mut state: Vec<Tensor>) {
        let second = state.split_off(self.names.len());
        set(&mut self.first_moments, &state);
        set(&mut self.second_moments, &second);
    }

    fn steps_to_rest(&self) -> usize {
        let AdamConstants {
            beta1,
            beta2,
            epsilon,
        } = self.constants;
        // 200 steps with PyTorch's constants: the momentum is then 0.9^200 = 7e-10 of what it was.
        let mut decay = 200.0 * 0.9_f64.ln();
        if beta1 * beta1 >= beta2 {
            // sqrt(v) fades faster than m, until epsilon alone divides it.
            decay += epsilon.ln();
        }
        (decay / beta1.ln()).round() as usize
    }
}

fn set(moments: &mut [Tensor], values: &[Tensor]) {
    for (moment, value) in moments.iter_mut().zip(values) {
        moment.copy_(value);
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
