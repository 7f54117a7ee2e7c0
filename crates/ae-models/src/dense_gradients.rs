//! Loss and gradients of a dense model on the CPU, without libtorch's autograd: its multiplications
//! of matrices, with one pass of our own between two of them, in memory that stays from step to
//! step.
//!
//! What is zero in the whole batch is left out, exactly: pixels that no image has, hidden units
//! that no image excites, output pixels that pull nowhere. Their columns are cut out of the
//! matrices before they are multiplied, and their gradients are zeros. So a weight that is no number
//! shows in the loss only once its pixel or unit takes part; training looks at all weights at the
//! end of each epoch.

use experiment::OutputActivation;
use tch::Tensor;

use crate::{
    Parameters,
    activations::{Activations, select, spread},
    as_mut_slice, as_slice,
    dense::Dense,
    matrix::Matrix,
    passes::{self, Sums},
};

/// The memory of the steps of one model.
#[derive(Debug)]
pub(crate) struct DenseGradients {
    /// The input, then the output of each layer.
    activations: Vec<Activations>,
    /// One for each parameter, in their order.
    gradients: Vec<Tensor>,
    /// The rows and columns of a weight, or of its gradient, that take part.
    part: Matrix,
}

impl DenseGradients {
    pub(crate) fn new(parameters: &Parameters) -> Self {
        let gradients: Vec<Tensor> = parameters
            .tensors()
            .iter()
            .map(|parameter| parameter.detach().zeros_like())
            .collect();
        DenseGradients {
            activations: (0..=gradients.len() / 2)
                .map(|_| Activations::new())
                .collect(),
            gradients,
            part: Matrix::new(),
        }
    }

    /// One for each parameter, of the batch that was computed last.
    pub(crate) fn tensors(&self) -> &[Tensor] {
        &self.gradients
    }

    /// Computes the gradients of a batch, `[N, P]` each, and returns its loss.
    pub(crate) fn compute(
        &mut self,
        dense: &Dense,
        parameters: &Parameters,
        input: &Tensor,
        target: &Tensor,
        sparsity: f64,
    ) -> f64 {
        let _no_grad = tch::no_grad_guard();
        self.forward(parameters, input);
        let mut loss = self.error(dense.output(), parameters, target);
        if sparsity != 0.0 {
            // After a ReLU no value is negative: their sum is that of their magnitudes.
            loss += sparsity * passes::sum(self.activations[dense.code_layer()].all.values());
        }
        self.backward(dense, parameters, sparsity as f32);
        loss
    }

    /// Up to the sums of the last layer, before its bias.
    fn forward(&mut self, parameters: &Parameters, input: &Tensor) {
        self.activations[0].set(input);
        let layers = self.activations.len() - 1;
        for layer in 0..layers {
            let (weight, bias) = parameters.layer(layer);
            let [x, y] = &mut self.activations[layer..=layer + 1] else {
                unreachable!("a layer has an input and an output");
            };
            let weight = select(weight, None, x.live(), &mut self.part);
            y.all.product(&x.tensor(), &weight.tr());
            if layer + 1 < layers {
                let mut seen = vec![0; bias.numel()];
                // SAFETY: the parameters are borrowed, on this thread alone; libtorch is not called
                // within the pass, and what the pass writes to is memory of `y`.
                passes::add_bias_relu(y.all.values_mut(), unsafe { as_slice(bias) }, &mut seen);
                y.keep(&seen);
            }
        }
    }

    /// The mean squared error; puts its gradient in the place of the last layer's sums.
    fn error(
        &mut self,
        activation: OutputActivation,
        parameters: &Parameters,
        target: &Tensor,
    ) -> f64 {
        let layers = self.activations.len() - 1;
        let y = &mut self.activations[layers];
        // SAFETY: parameters and target are borrowed, on this thread alone; until the slices end,
        // libtorch is not called, and what is written to is memory of `y`.
        let bias = unsafe { as_slice(parameters.layer(layers - 1).1) };
        // SAFETY: as above.
        let target = unsafe { as_slice(target) };
        let scale = 2.0 / target.len() as f32;
        let mut sums = Sums::zero(bias.len());
        match activation {
            OutputActivation::Relu => {
                passes::relu_error(y.all.values_mut(), bias, target, scale, &mut sums);
            }
            OutputActivation::Sigmoid => {
                passes::add_bias(y.all.values_mut(), bias);
                let _ = y.all.tensor().sigmoid_();
                passes::sigmoid_error(y.all.values_mut(), target, scale, &mut sums);
            }
        }
        y.keep(&sums.seen);
        // SAFETY: no slice of a gradient lives from one call to the next, whoever has the tensor, and
        // libtorch does not run now.
        unsafe { as_mut_slice(&mut self.gradients[2 * layers - 1]) }
            .copy_from_slice(&sums.gradients);
        passes::sum(&sums.squares) / target.len() as f64
    }

    fn backward(&mut self, dense: &Dense, parameters: &Parameters, sparsity: f32) {
        let layers = self.activations.len() - 1;
        for layer in (0..layers).rev() {
            let [x, y] = &mut self.activations[layer..=layer + 1] else {
                unreachable!("a layer has an input and an output");
            };
            // Of the last layer it was put in the place of the output.
            let gradient = match layer + 1 == layers {
                true => y.tensor(),
                false => y.gradient.tensor(),
            };
            let (rows, columns) = (y.live(), x.live());
            let whole = &mut self.gradients[2 * layer];
            if rows.is_none() && columns.is_none() {
                let _ = gradient.tr().mm_out(whole, &x.tensor());
            } else {
                self.part.product(&gradient.tr(), &x.tensor());
                // SAFETY: as in `error`: the gradients are in nobody else's slice, and libtorch is
                // not called within the pass.
                spread(self.part.values(), rows, columns, x.width(), unsafe {
                    as_mut_slice(whole)
                });
            }
            if layer > 0 {
                let weight = select(parameters.layer(layer).0, rows, columns, &mut self.part);
                x.gradient.product(&gradient, &weight);
                let penalty = match layer == dense.code_layer() {
                    true => sparsity,
                    false => 0.0,
                };
                let sums = x.relu_backward(penalty);
                // SAFETY: as in `error`: the slice ends with the copying below.
                let bias = unsafe { as_mut_slice(&mut self.gradients[2 * layer - 1]) };
                spread(&sums, None, x.live(), bias.len(), bias);
            }
        }
    }
}
