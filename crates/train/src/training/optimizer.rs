use ae_models::{as_mut_slice, as_slice};
use multiversion::multiversion;
use tch::{Device, Kind, Tensor};

const BETA_1: f64 = 0.9;
const BETA_2: f64 = 0.999;
const EPSILON: f64 = 1e-8;

/// Adam (Kingma and Ba, 2015) with PyTorch's defaults, beta 0.9 and 0.999, epsilon 1e-8, and a
/// state that can be saved.
///
/// At step t, with gradient g, element by element:
/// m = 0.9 m + 0.1 g; v = 0.999 v + 0.001 g^2;
/// w = w - (rate / (1 - 0.9^t)) m / (sqrt(v) / sqrt(1 - 0.999^t) + 1e-8).
#[derive(Debug)]
pub struct Adam {
    learning_rate: f64,
    first_moments: Vec<Tensor>,
    second_moments: Vec<Tensor>,
    steps: usize,
}

impl Adam {
    /// The optimizer of `parameters`, which it must be given in the same order at each step.
    pub fn new(parameters: &[Tensor], learning_rate: f64) -> Self {
        let zeros = || parameters.iter().map(|p| p.detach().zeros_like()).collect();
        Adam {
            learning_rate,
            first_moments: zeros(),
            second_moments: zeros(),
            steps: 0,
        }
    }

    /// How many steps were taken.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// m and v of each parameter.
    pub fn moments(&self) -> (&[Tensor], &[Tensor]) {
        (&self.first_moments, &self.second_moments)
    }

    /// Goes on from a saved state.
    pub fn restore(&mut self, first: Vec<Tensor>, second: Vec<Tensor>, steps: usize) {
        let device = |moments: Vec<Tensor>, like: &[Tensor]| {
            let pairs = moments.iter().zip(like);
            pairs.map(|(m, like)| m.to_device(like.device())).collect()
        };
        self.first_moments = device(first, &self.first_moments);
        self.second_moments = device(second, &self.second_moments);
        self.steps = steps;
    }

    /// Moves the parameters against their gradients.
    ///
    /// # Panics
    /// If a gradient has not as many elements as its parameter, or lies in its memory.
    pub fn step(&mut self, parameters: &mut [Tensor], gradients: &[Tensor]) {
        self.steps += 1;
        let correction_1 = 1.0 - BETA_1.powi(self.steps as i32);
        let correction_2 = 1.0 - BETA_2.powi(self.steps as i32);
        let rate = self.learning_rate / correction_1;
        let scale = 1.0 / correction_2.sqrt();

        let _no_grad = tch::no_grad_guard();
        let moments = self.first_moments.iter_mut().zip(&mut self.second_moments);
        for ((parameter, gradient), (m, v)) in parameters.iter_mut().zip(gradients).zip(moments) {
            if parameter.device() == Device::Cpu {
                let gradient = gradient.contiguous();
                assert_ne!(gradient.data_ptr(), parameter.data_ptr());
                // SAFETY: the moments are this optimizer's alone, the gradient's memory is the
                // model's (see `loss_and_gradients`) and not the parameter's, and neither libtorch
                // nor the model runs while the slices live.
                let (weights, gradients, first, second) = unsafe {
                    (
                        as_mut_slice(parameter),
                        as_slice(&gradient),
                        as_mut_slice(m),
                        as_mut_slice(v),
                    )
                };
                step_slices(weights, gradients, first, second, rate as f32, scale as f32);
            } else {
                step_tensors(parameter, gradient, m, v, rate, scale);
            }
        }
    }
}

/// All in one pass over memory, which is what an optimizer's time goes to.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
fn step_slices(
    weights: &mut [f32],
    gradients: &[f32],
    first: &mut [f32],
    second: &mut [f32],
    rate: f32,
    scale: f32,
) {
    const KEPT_1: f32 = BETA_1 as f32;
    const KEPT_2: f32 = BETA_2 as f32;
    // Subtracted in double precision, as PyTorch does: 1 - 0.999 has few digits in single.
    const NEW_1: f32 = (1.0 - BETA_1) as f32;
    const NEW_2: f32 = (1.0 - BETA_2) as f32;
    assert!(
        [gradients.len(), first.len(), second.len()] == [weights.len(); 3],
        "expected a gradient and two moments for each weight"
    );
    let moments = first.iter_mut().zip(second);
    for ((w, &g), (m, v)) in weights.iter_mut().zip(gradients).zip(moments) {
        *m = KEPT_1 * *m + NEW_1 * g;
        *v = KEPT_2 * *v + NEW_2 * g * g;
        *w -= rate * *m / (v.sqrt() * scale + EPSILON as f32);
    }
}

fn step_tensors(
    weight: &mut Tensor,
    gradient: &Tensor,
    m: &mut Tensor,
    v: &mut Tensor,
    rate: f64,
    scale: f64,
) {
    let _ = m.g_mul_scalar_(BETA_1).g_add_(&(gradient * (1.0 - BETA_1)));
    let square = gradient.square() * (1.0 - BETA_2);
    let _ = v.g_mul_scalar_(BETA_2).g_add_(&square);
    let denominator = v.sqrt() * scale + EPSILON;
    let _ = weight.g_sub_(&(&*m * rate / denominator).to_kind(Kind::Float));
}
