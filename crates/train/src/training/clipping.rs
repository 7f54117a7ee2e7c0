//! Gradients of a limited norm.

use tch::Tensor;

/// Scales all of `gradients` by min(1, `max_norm` / (n + 1e-6)), n their Euclidean norm as one
/// vector, as PyTorch's `clip_grad_norm_` does. Their memory, which may be a model's, stays as it is.
pub fn clip_gradients(gradients: &mut [Tensor], max_norm: f64) {
    let _no_grad = tch::no_grad_guard();
    let norms: Vec<Tensor> = gradients.iter().map(Tensor::norm).collect();
    // The number stays on the device: reading it would make a GPU wait.
    let norm = Tensor::stack(&norms, 0).norm();
    let scale = (max_norm / (norm + 1e-6)).clamp_max(1.0);
    for gradient in gradients {
        *gradient = &*gradient * &scale;
    }
}
