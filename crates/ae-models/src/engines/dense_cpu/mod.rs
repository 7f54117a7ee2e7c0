//! Loss and gradients of a dense model on the CPU without libtorch's autograd: one elementwise pass
//! runs between two products of matrices, and all memory is reused from step to step.
//!
//! Whatever is zero in the whole batch is left out, exactly: pixels that are black in every image,
//! hidden units whose ReLU is zero for every image, output pixels whose gradient is zero for every image.
//! Their columns are cut out of the matrices before these are multiplied, and their gradients are
//! zeros. So a NaN weight shows in the loss only once its pixel or unit is active; training checks
//! all weights at the end of each epoch. A layer with a skip connection takes all columns.

mod batch_norm;
mod column_parts;
mod columns;
mod elementwise;
mod functions;
mod layer_output;
mod linear;
mod matrix;
mod product;
mod skip;
mod stage;

use experiment::{Activation, DenseSpec, Layer, Loss, Norm, Part, Sparsity};
use tch::{Device, Tensor};

use self::{
    columns::{gather, scatter},
    elementwise::OutputSums,
    layer_output::LayerOutput,
    matrix::Matrix,
    product::product,
    skip::Skip,
    stage::Stage,
};
use crate::{Draws, Objective, ObjectiveValue, Parameters, as_mut_slice, as_slice, in_parts};

pub use self::linear::linear;

/// The engine of a dense model on the CPU, with the memory of its training steps.
#[derive(Debug)]
pub(crate) struct DenseCpu {
    /// Which entry of `outputs` is the code.
    code: usize,
    stages: Vec<Stage>,
    loss: Loss,
    sparsity: f64,
    /// The input, then the output of each stage.
    outputs: Vec<LayerOutput>,
    /// One for each parameter, in their order and shapes; none before the first step, so that a
    /// model that is only evaluated takes no memory for them.
    gradients: Vec<Tensor>,
    /// The active rows and columns of a weight, or of its gradient.
    submatrix: Matrix,
    /// The gradient of the loss with respect to the code by skip connections; without elements if
    /// there are none. That of one of them is in `of_skip`.
    of_code: Matrix,
    of_skip: Matrix,
}

impl DenseCpu {
    /// All activations and losses, skip connections, batch normalization and dropout, with an L1 penalty
    /// on the code or none.
    pub(crate) fn supports(spec: &DenseSpec, objective: &Objective, device: Device) -> bool {
        // All fields are named, so that a new one has to be considered here.
        let DenseSpec {
            widths: _,
            code_layer: _,
            activation: _,
            code_activation: _,
            output,
            tied,
            dropout: _,
            norm,
            skip_connections: _,
            top_k,
            variational,
            initialization: _,
        } = spec;
        let Objective { loss, sparsity } = objective;
        let is_plain = !tied
            && matches!(norm, Norm::None | Norm::Batch)
            && top_k.is_none()
            && variational.is_none();
        is_plain
            && matches!(sparsity, Sparsity::L1 { .. })
            && loss.accepts(*output)
            && device == Device::Cpu
    }

    /// The engine of a model that it [`supports`](DenseCpu::supports), by its layers.
    pub(crate) fn new(layers: &[Layer], objective: &Objective) -> Self {
        let stages = Stage::all(layers);
        let is_encoder = |stage: &&Stage| layers[stage.layer].part == Part::Encoder;
        DenseCpu {
            code: stages.iter().filter(is_encoder).count(),
            loss: objective.loss,
            sparsity: objective.sparsity.weight(),
            outputs: (0..=stages.len()).map(|_| LayerOutput::new()).collect(),
            stages,
            gradients: Vec::new(),
            submatrix: Matrix::new(),
            of_code: Matrix::new(),
            of_skip: Matrix::new(),
        }
    }

    /// The loss of a batch and its gradients, in the order and shapes of the parameters. `input` and
    /// `target` are `[N, P]` and contiguous. The next call overwrites the gradients.
    pub(crate) fn loss_and_gradients(
        &mut self,
        parameters: &Parameters,
        input: &Tensor,
        target: &Tensor,
        draws: &mut dyn Draws,
    ) -> (ObjectiveValue, Vec<Tensor>) {
        let _no_grad = tch::no_grad_guard();
        if self.gradients.is_empty() {
            let zeros = parameters.tensors().iter().map(Tensor::zeros_like);
            self.gradients = zeros.collect();
        }
        self.forward(parameters, input, draws);
        let loss = self.loss(parameters, target);
        let penalty = (self.sparsity != 0.0).then(|| {
            let code = self.outputs[self.code].values.values();
            self.sparsity * elementwise::sum_of_magnitudes(code)
        });
        self.backward(parameters);
        let gradients = self.gradients.iter().map(Tensor::shallow_clone);
        (
            ObjectiveValue::of_numbers(loss, penalty),
            gradients.collect(),
        )
    }

    /// Computes the outputs of all stages, of the last one its products only, without the bias.
    fn forward(&mut self, parameters: &Parameters, input: &Tensor, draws: &mut dyn Draws) {
        self.outputs[0].set_input(input);
        let last = self.stages.len() - 1;
        for (index, stage) in self.stages.iter_mut().enumerate() {
            let [weight, bias] = weight_and_bias(parameters, stage.layer);
            let (before, [x, y, ..]) = self.outputs.split_at_mut(index) else {
                unreachable!("a stage has an input and an output");
            };
            if let Some(skip) = &mut stage.skip {
                let joined = skip.join(x, &before[skip.from]);
                y.values.set_product(&joined, &weight.tr());
            } else {
                let weight = gather(weight, None, x.active_columns(), &mut self.submatrix);
                y.values.set_product(&x.active_tensor(), &weight.tr());
            }
            if index == last {
                break;
            }
            // SAFETY: the parameters are borrowed, on this thread alone; until the slice ends, libtorch
            // writes to running statistics only.
            let mut offset = unsafe { as_slice(bias) };
            if let Some(norm) = &mut stage.norm {
                norm.forward(&mut y.values, offset, parameters);
                // SAFETY: as above.
                offset = unsafe { as_slice(weight_and_bias(parameters, norm.layer)[1]) };
            }
            if stage.is_plain_relu() {
                y.activate_relu(offset);
            } else {
                y.activate(offset, stage.activation);
            }
            if stage.dropout > 0.0 {
                let (rows, columns) = y.values.size();
                let uniform = draws.uniform(&[rows as i64, columns as i64]);
                // SAFETY: the tensor is new, and nothing writes to it.
                y.drop_units(unsafe { as_slice(&uniform) }, stage.dropout);
            }
        }
    }

    /// Returns the loss of the last stage's products, and replaces them by its gradient.
    fn loss(&mut self, parameters: &Parameters, target: &Tensor) -> f64 {
        let (Some(stage), Some(y)) = (self.stages.last(), self.outputs.last_mut()) else {
            unreachable!("a model has an output");
        };
        // SAFETY: parameters and target are borrowed, on this thread alone; until the slices end,
        // libtorch writes to memory of `y` only.
        let bias = unsafe { as_slice(weight_and_bias(parameters, stage.layer)[1]) };
        // SAFETY: as above.
        let target = unsafe { as_slice(target) };
        let scale = 1.0 / target.len() as f32;
        let mut sums = OutputSums::zeros(bias.len());
        let values = &mut y.values;
        let width = values.part_width();
        let target_parts = column_parts::parts(target, bias.len(), width).into_iter();
        let parts = target_parts
            .zip(bias.chunks(width))
            .zip(sums.parts_mut(width));
        let loss = self.loss;
        if (stage.activation, loss) == (Activation::Sigmoid, Loss::Mse) {
            let values_parts = values.parts_mut(width).into_iter();
            let biased = values_parts.zip(bias.chunks(width)).collect();
            in_parts(biased, &|(mut values, bias): (Vec<_>, _)| {
                elementwise::add_bias(&mut values, bias);
            });
            let rows = values.tensor().split(SIGMOID_ROWS, 0);
            in_parts(rows, &|mut rows: Tensor| {
                let _ = rows.sigmoid_();
            });
        }
        let parts = values.parts_mut(width).into_iter().zip(parts).collect();
        let activation = stage.activation;
        in_parts(parts, &|(mut values, ((target, bias), mut sums)): (
            Vec<_>,
            ((Vec<_>, _), _),
        )| {
            let (values, target, sums) = (&mut values[..], &target[..], &mut sums);
            match (activation, loss) {
                (Activation::Relu, Loss::Mse) => {
                    elementwise::bias_relu_squared_error(values, bias, target, 2.0 * scale, sums);
                }
                (Activation::Sigmoid, Loss::Mse) => {
                    elementwise::sigmoid_squared_error(values, target, 2.0 * scale, sums);
                }
                others => elementwise::bias_loss(values, bias, others, target, scale, sums),
            }
        });
        y.set_active_columns(&sums.nonzero);
        let of_bias = &mut self.gradients[parameters.range(stage.layer).start + 1];
        // SAFETY: no slice of a gradient lives from one call to the next, even if another owner has
        // the tensor, and libtorch does not run now.
        unsafe { as_mut_slice(of_bias) }.copy_from_slice(&sums.gradients);
        elementwise::sum(&sums.losses) / target.len() as f64
    }

    fn backward(&mut self, parameters: &Parameters) {
        let last = self.stages.len() - 1;
        self.of_code.resize(0, 0);
        for index in (0..=last).rev() {
            let (before, [x, y, ..]) = self.outputs.split_at_mut(index) else {
                unreachable!("a stage has an input and an output");
            };
            let gradient = if index == last {
                // `loss` left it here.
                y.active_tensor()
            } else {
                y.gradient.tensor()
            };
            let layer = self.stages[index].layer;
            let skip = self.stages[index].skip.as_ref();
            let rows = y.active_columns();
            let (input, columns, width) = match skip {
                Some(skip) => {
                    let joined = skip.joined();
                    let width = joined.size()[1] as usize;
                    (joined, None, width)
                }
                None => (x.active_tensor(), x.active_columns(), x.width()),
            };
            let of_weight = &mut self.gradients[parameters.range(layer).start];
            if rows.is_none() && columns.is_none() {
                // SAFETY: as in `loss`: no other slice of the gradients lives.
                let of_weight = unsafe { as_mut_slice(of_weight) };
                product(&gradient.tr(), &input, of_weight);
            } else {
                self.submatrix.set_product(&gradient.tr(), &input);
                // SAFETY: as in `loss`: no other slice of the gradients lives, and libtorch
                // is not called within the pass.
                let of_weight = unsafe { as_mut_slice(of_weight) };
                scatter(self.submatrix.values(), rows, columns, width, of_weight);
            }
            let Some(stage_before) = index.checked_sub(1).map(|index| &self.stages[index]) else {
                break;
            };
            let [weight, _] = weight_and_bias(parameters, layer);
            if let Some(skip) = skip {
                let of_x = Skip::columns(0..x.width(), x);
                let of_x = gather(weight, rows, Some(&of_x), &mut self.submatrix);
                x.gradient.set_product(&gradient, &of_x);
                if skip.from == self.code {
                    let of_code = Skip::columns(x.width()..width, &before[skip.from]);
                    let of_code = gather(weight, rows, Some(&of_code), &mut self.submatrix);
                    self.of_skip.set_product(&gradient, &of_code);
                    skip::add(&mut self.of_code, &self.of_skip);
                }
            } else {
                let weight = gather(weight, rows, columns, &mut self.submatrix);
                x.gradient.set_product(&gradient, &weight);
            }
            if index == self.code && self.of_code.size() != (0, 0) {
                skip::add(&mut x.gradient, &self.of_code);
            }
            let penalty = if index == self.code {
                self.sparsity as f32
            } else {
                0.0
            };
            let sums = x.backward(stage_before.is_plain_relu(), penalty);
            // The offset of a normalization takes the place of the bias, whose gradient stays zero.
            let added = stage_before.norm.as_ref();
            let added = added.map_or(stage_before.layer, |norm| norm.layer);
            let start = parameters.range(added).start;
            if let Some(norm) = &stage_before.norm {
                let of_scale = norm.backward(&mut x.gradient, &sums, parameters);
                // SAFETY: as in `loss`: the slice ends with the copying.
                unsafe { as_mut_slice(&mut self.gradients[start]) }.copy_from_slice(&of_scale);
            }
            // SAFETY: as in `loss`: the slice ends with the copying below.
            let of_bias = unsafe { as_mut_slice(&mut self.gradients[start + 1]) };
            scatter(&sums, None, x.active_columns(), of_bias.len(), of_bias);
        }
    }
}

/// Rows of the output that libtorch's sigmoid takes at once.
const SIGMOID_ROWS: i64 = 32;

/// The two parameters of a linear layer, or the scale and the offset of a batch normalization.
fn weight_and_bias(parameters: &Parameters, layer: usize) -> [&Tensor; 2] {
    match parameters.of_layer(layer) {
        [weight, bias] => [weight, bias],
        _ => unreachable!("a layer of these kinds has two parameters"),
    }
}
