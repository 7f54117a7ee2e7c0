//! Loss and gradients of a dense model on the CPU without libtorch's autograd: libtorch multiplies
//! the matrices, one elementwise pass runs between two products, and all memory is reused from step
//! to step.
//!
//! Whatever is zero in the whole batch is left out, exactly: pixels that are black in every image,
//! hidden units that are zero for every image, output pixels whose gradient is zero for every image.
//! Their columns are cut out of the matrices before these are multiplied, and their gradients are
//! zeros. So a NaN weight shows in the loss only once its pixel or unit is active; training checks
//! all weights at the end of each epoch.

mod columns;
mod elementwise;
mod layer_output;
mod matrix;

use experiment::Activation;
use tch::Tensor;

use self::{
    columns::{gather, scatter},
    elementwise::OutputSums,
    layer_output::LayerOutput,
    matrix::Matrix,
};
use crate::{Parameters, architectures::Dense, as_mut_slice, as_slice};

/// The memory of the training steps of one model.
#[derive(Debug)]
pub(crate) struct DenseCpu {
    /// The input, then the output of each layer.
    layers: Vec<LayerOutput>,
    /// One for each parameter, in their order and shapes.
    gradients: Vec<Tensor>,
    /// The active rows and columns of a weight, or of its gradient.
    submatrix: Matrix,
}

impl DenseCpu {
    pub(crate) fn new(parameters: &Parameters) -> Self {
        let gradients: Vec<Tensor> = parameters
            .tensors()
            .iter()
            .map(|parameter| parameter.detach().zeros_like())
            .collect();
        DenseCpu {
            layers: (0..=gradients.len() / 2)
                .map(|_| LayerOutput::new())
                .collect(),
            gradients,
            submatrix: Matrix::new(),
        }
    }

    /// One for each parameter, of the batch that was computed last.
    pub(crate) fn gradients(&self) -> &[Tensor] {
        &self.gradients
    }

    /// Computes the gradients of a batch, `input` and `target` `[N, P]`, and returns its loss.
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
        let mut loss = self.squared_error(dense.output(), parameters, target);
        if sparsity != 0.0 {
            // The output of a ReLU is never negative: the sum of its values is that of their
            // magnitudes.
            loss += sparsity * elementwise::sum(self.layers[dense.code_layer()].values.values());
        }
        self.backward(dense, parameters, sparsity as f32);
        loss
    }

    /// Computes the outputs of all layers, of the last one its products only, without the bias.
    fn forward(&mut self, parameters: &Parameters, input: &Tensor) {
        self.layers[0].set_input(input);
        let count = self.layers.len() - 1;
        for layer in 0..count {
            let (weight, bias) = parameters.layer(layer);
            let [x, y] = &mut self.layers[layer..=layer + 1] else {
                unreachable!("a layer has an input and an output");
            };
            let weight = gather(weight, None, x.active_columns(), &mut self.submatrix);
            y.values.set_product(&x.active_tensor(), &weight.tr());
            if layer + 1 < count {
                let mut nonzero = vec![0; bias.numel()];
                // SAFETY: the parameters are borrowed, on this thread alone; libtorch is not called
                // within the pass, and it writes to memory of `y` only.
                let bias = unsafe { as_slice(bias) };
                elementwise::add_bias_relu(y.values.values_mut(), bias, &mut nonzero);
                y.set_active_columns(&nonzero);
            }
        }
    }

    /// Returns the mean squared error of the last layer's products, and replaces them by its
    /// gradient.
    fn squared_error(
        &mut self,
        activation: Activation,
        parameters: &Parameters,
        target: &Tensor,
    ) -> f64 {
        let last = self.layers.len() - 1;
        let y = &mut self.layers[last];
        // SAFETY: parameters and target are borrowed, on this thread alone; until the slices end,
        // libtorch writes to memory of `y` only.
        let bias = unsafe { as_slice(parameters.layer(last - 1).1) };
        // SAFETY: as above.
        let target = unsafe { as_slice(target) };
        let scale = 2.0 / target.len() as f32;
        let mut sums = OutputSums::zeros(bias.len());
        let values = &mut y.values;
        match activation {
            Activation::Relu => {
                let values = values.values_mut();
                elementwise::bias_relu_squared_error(values, bias, target, scale, &mut sums);
            }
            Activation::Linear | Activation::Gelu => {
                unreachable!("this engine does not support the activation")
            }
            Activation::Sigmoid => {
                elementwise::add_bias(values.values_mut(), bias);
                let _ = values.tensor().sigmoid_();
                let values = values.values_mut();
                elementwise::sigmoid_squared_error(values, target, scale, &mut sums);
            }
        }
        y.set_active_columns(&sums.nonzero);
        // SAFETY: no slice of a gradient lives from one call to the next, even if another owner has
        // the tensor, and libtorch does not run now.
        unsafe { as_mut_slice(&mut self.gradients[2 * last - 1]) }.copy_from_slice(&sums.gradients);
        elementwise::sum(&sums.squared_errors) / target.len() as f64
    }

    fn backward(&mut self, dense: &Dense, parameters: &Parameters, sparsity: f32) {
        let count = self.layers.len() - 1;
        for layer in (0..count).rev() {
            let [x, y] = &mut self.layers[layer..=layer + 1] else {
                unreachable!("a layer has an input and an output");
            };
            let gradient = if layer + 1 == count {
                // `squared_error` left it here.
                y.active_tensor()
            } else {
                y.gradient.tensor()
            };
            let (rows, columns) = (y.active_columns(), x.active_columns());
            let of_weight = &mut self.gradients[2 * layer];
            if rows.is_none() && columns.is_none() {
                let _ = gradient.tr().mm_out(of_weight, &x.active_tensor());
            } else {
                self.submatrix
                    .set_product(&gradient.tr(), &x.active_tensor());
                // SAFETY: as in `squared_error`: no other slice of the gradients lives, and libtorch
                // is not called within the pass.
                let of_weight = unsafe { as_mut_slice(of_weight) };
                scatter(self.submatrix.values(), rows, columns, x.width(), of_weight);
            }
            if layer > 0 {
                let weight = parameters.layer(layer).0;
                let weight = gather(weight, rows, columns, &mut self.submatrix);
                x.gradient.set_product(&gradient, &weight);
                let penalty = if layer == dense.code_layer() {
                    sparsity
                } else {
                    0.0
                };
                let sums = x.relu_backward(penalty);
                // SAFETY: as in `squared_error`: the slice ends with the copying below.
                let of_bias = unsafe { as_mut_slice(&mut self.gradients[2 * layer - 1]) };
                scatter(&sums, None, x.active_columns(), of_bias.len(), of_bias);
            }
        }
    }
}
