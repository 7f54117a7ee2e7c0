//! Loss and gradients of a dense model on the CPU without libtorch's autograd: one elementwise pass
//! runs between two products of matrices, and all memory is reused from step to step.
//!
//! Whatever is zero in the whole batch is left out, exactly: pixels that are black in every image,
//! hidden units whose ReLU is zero for every image, output pixels whose gradient is zero for every image.
//! Their columns are cut out of the matrices before these are multiplied, and their gradients are
//! zeros. So a NaN weight shows in the loss only once its pixel or unit is active; training checks
//! all weights at the end of each epoch.

mod columns;
mod elementwise;
mod functions;
mod layer_output;
mod matrix;
mod product;

use experiment::{Activation, DenseSpec, Layer, Loss, Norm, Part, Sparsity};
use tch::{Device, Tensor};

use self::{
    columns::{gather, scatter},
    elementwise::OutputSums,
    layer_output::LayerOutput,
    matrix::Matrix,
    product::product,
};
use crate::{Objective, ObjectiveValue, Parameters, as_mut_slice, as_slice};

/// The engine of a dense model on the CPU, with the memory of its training steps.
#[derive(Debug)]
pub(crate) struct DenseCpu {
    /// Which entry of `layers` is the code.
    code_layer: usize,
    /// Those of the layers, the output's the last.
    activations: Vec<Activation>,
    loss: Loss,
    sparsity: f64,
    /// The input, then the output of each layer.
    layers: Vec<LayerOutput>,
    /// One for each parameter, in their order and shapes; none before the first step, so that a
    /// model that is only evaluated takes no memory for them.
    gradients: Vec<Tensor>,
    /// The active rows and columns of a weight, or of its gradient.
    submatrix: Matrix,
}

impl DenseCpu {
    /// All activations and losses, with an L1 penalty on the code or none.
    pub(crate) fn supports(spec: &DenseSpec, objective: &Objective, device: Device) -> bool {
        // All fields are named, so that a new one has to be considered here.
        let DenseSpec {
            widths: _,
            code_layer: _,
            activation: _,
            code_activation: _,
            output,
            tied,
            dropout,
            norm,
            top_k,
            variational,
            initialization: _,
        } = spec;
        let Objective { loss, sparsity } = objective;
        let is_plain = !tied
            && *dropout == 0.0
            && *norm == Norm::None
            && top_k.is_none()
            && variational.is_none();
        is_plain
            && matches!(sparsity, Sparsity::L1 { .. })
            && loss.accepts(*output)
            && device == Device::Cpu
    }

    /// The engine of a model that it [`supports`](DenseCpu::supports), by its layers.
    pub(crate) fn new(layers: &[Layer], objective: &Objective) -> Self {
        let is_encoder = |layer: &&Layer| layer.part == Part::Encoder;
        DenseCpu {
            code_layer: layers.iter().filter(is_encoder).count(),
            activations: layers.iter().map(|layer| layer.activation).collect(),
            loss: objective.loss,
            sparsity: objective.sparsity.weight(),
            layers: (0..=layers.len()).map(|_| LayerOutput::new()).collect(),
            gradients: Vec::new(),
            submatrix: Matrix::new(),
        }
    }

    /// The loss of a batch and its gradients, in the order and shapes of the parameters. `input` and
    /// `target` are `[N, P]` and contiguous. The next call overwrites the gradients.
    pub(crate) fn loss_and_gradients(
        &mut self,
        parameters: &Parameters,
        input: &Tensor,
        target: &Tensor,
    ) -> (ObjectiveValue, Vec<Tensor>) {
        let _no_grad = tch::no_grad_guard();
        if self.gradients.is_empty() {
            let zeros = parameters.tensors().iter().map(Tensor::zeros_like);
            self.gradients = zeros.collect();
        }
        self.forward(parameters, input);
        let loss = self.loss(parameters, target);
        let penalty = (self.sparsity != 0.0).then(|| {
            let code = self.layers[self.code_layer].values.values();
            self.sparsity * elementwise::sum_of_magnitudes(code)
        });
        self.backward(parameters);
        let gradients = self.gradients.iter().map(Tensor::shallow_clone);
        (
            ObjectiveValue::of_numbers(loss, penalty),
            gradients.collect(),
        )
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
                // SAFETY: the parameters are borrowed, on this thread alone; libtorch is not called
                // within the pass, and it writes to memory of `y` only.
                let bias = unsafe { as_slice(bias) };
                y.activate(bias, self.activations[layer]);
            }
        }
    }

    /// Returns the loss of the last layer's products, and replaces them by its gradient.
    fn loss(&mut self, parameters: &Parameters, target: &Tensor) -> f64 {
        let last = self.layers.len() - 1;
        let y = &mut self.layers[last];
        // SAFETY: parameters and target are borrowed, on this thread alone; until the slices end,
        // libtorch writes to memory of `y` only.
        let bias = unsafe { as_slice(parameters.layer(last - 1).1) };
        // SAFETY: as above.
        let target = unsafe { as_slice(target) };
        let scale = 1.0 / target.len() as f32;
        let mut sums = OutputSums::zeros(bias.len());
        let values = &mut y.values;
        match (self.activations[last - 1], self.loss) {
            (Activation::Relu, Loss::Mse) => {
                let values = values.values_mut();
                elementwise::bias_relu_squared_error(values, bias, target, 2.0 * scale, &mut sums);
            }
            (Activation::Sigmoid, Loss::Mse) => {
                elementwise::add_bias(values.values_mut(), bias);
                let _ = values.tensor().sigmoid_();
                let values = values.values_mut();
                elementwise::sigmoid_squared_error(values, target, 2.0 * scale, &mut sums);
            }
            others => {
                let values = values.values_mut();
                elementwise::bias_loss(values, bias, others, target, scale, &mut sums);
            }
        }
        y.set_active_columns(&sums.nonzero);
        // SAFETY: no slice of a gradient lives from one call to the next, even if another owner has
        // the tensor, and libtorch does not run now.
        unsafe { as_mut_slice(&mut self.gradients[2 * last - 1]) }.copy_from_slice(&sums.gradients);
        elementwise::sum(&sums.losses) / target.len() as f64
    }

    fn backward(&mut self, parameters: &Parameters) {
        let count = self.layers.len() - 1;
        for layer in (0..count).rev() {
            let [x, y] = &mut self.layers[layer..=layer + 1] else {
                unreachable!("a layer has an input and an output");
            };
            let gradient = if layer + 1 == count {
                // `loss` left it here.
                y.active_tensor()
            } else {
                y.gradient.tensor()
            };
            let (rows, columns) = (y.active_columns(), x.active_columns());
            let of_weight = &mut self.gradients[2 * layer];
            if rows.is_none() && columns.is_none() {
                // SAFETY: as in `loss`: no other slice of the gradients lives.
                let of_weight = unsafe { as_mut_slice(of_weight) };
                product(&gradient.tr(), &x.active_tensor(), of_weight);
            } else {
                self.submatrix
                    .set_product(&gradient.tr(), &x.active_tensor());
                // SAFETY: as in `loss`: no other slice of the gradients lives, and libtorch
                // is not called within the pass.
                let of_weight = unsafe { as_mut_slice(of_weight) };
                scatter(self.submatrix.values(), rows, columns, x.width(), of_weight);
            }
            if layer > 0 {
                let weight = parameters.layer(layer).0;
                let weight = gather(weight, rows, columns, &mut self.submatrix);
                x.gradient.set_product(&gradient, &weight);
                let penalty = if layer == self.code_layer {
                    self.sparsity as f32
                } else {
                    0.0
                };
                let sums = x.backward(self.activations[layer - 1], penalty);
                // SAFETY: as in `loss`: the slice ends with the copying below.
                let of_bias = unsafe { as_mut_slice(&mut self.gradients[2 * layer - 1]) };
                scatter(&sums, None, x.active_columns(), of_bias.len(), of_bias);
            }
        }
    }
}
