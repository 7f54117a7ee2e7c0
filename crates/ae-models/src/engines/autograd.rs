//! The reference: any specification, on any device, by libtorch's operations and its autograd. Where
//! no gradient is asked for, something faster may multiply instead.

use experiment::{Layer, ModelSpec, Operation, Part, Shape};
use tch::{Kind, Tensor};

use crate::{Draws, Objective, ObjectiveValue, Output, Parameters, activation, output::Pass};

/// The share of a batch in the running statistics, and what is added to a variance: PyTorch's
/// defaults.
pub(super) const MOMENTUM: f64 = 0.1;
pub(super) const EPSILON: f64 = 1e-5;

/// The engine that takes any specification: it computes one layer after the other.
#[derive(Debug)]
pub(crate) struct Autograd {
    layers: Vec<Layer>,
    /// The weight of the divergence, if the code is variational.
    beta: f64,
    linear: Linear,
}

/// What computes x W^T + b of `x`, `[N, P]`, a weight, `[U, P]`, and a bias, `[U]`.
pub(crate) type Linear = fn(&Tensor, &Tensor, &Tensor) -> Tensor;

impl Autograd {
    pub(crate) fn new(spec: &ModelSpec) -> Self {
        Autograd {
            layers: spec.layers(),
            beta: spec.variational().map_or(0.0, |v| v.beta),
            linear: |x, weight, bias| x.linear(weight, Some(bias)),
        }
    }

    /// The same with another `linear`, whose results may have no history.
    pub(crate) fn without_gradients(spec: &ModelSpec, linear: Linear) -> Self {
        Autograd {
            linear,
            ..Autograd::new(spec)
        }
    }

    /// The layers from the image to the reconstruction.
    pub(crate) fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// Images `[N, P]` to their reconstruction and code, to which `code_noise`, `[N, U]`, is added:
    /// as at a step of the training, if the `draws` of one are given. `hidden` receives the output
    /// of each layer but the last whose units can die, in order: `[N, U]` of a linear layer, `[N,
    /// C, H, W]` of a convolution.
    pub(crate) fn forward(
        &self,
        parameters: &Parameters,
        x: &Tensor,
        code_noise: Option<&Tensor>,
        mut draws: Option<&mut dyn Draws>,
        hidden: &mut Vec<Tensor>,
    ) -> Pass {
        let mut pool_indices = Vec::new();
        let mut x = to_input_of(&self.layers[0], x);
        // What the encoder begins with, and later the decoder.
        let mut start = x.shallow_clone();
        let (mut code, mut sums, mut log_variance) = (None, x.shallow_clone(), None);
        // What the last layer took.
        let mut before = x.shallow_clone();
        for (index, layer) in self.layers.iter().enumerate() {
            if layer.part == Part::LogVariance {
                let values = self.operate(index, [&before, &start], parameters, &mut pool_indices);
                log_variance = Some(to_rows(&values));
                continue;
            }
            if layer.part == Part::Decoder && code.is_none() {
                let mean = match code_noise {
                    Some(noise) => to_rows(&x) + noise,
                    None => to_rows(&x),
                };
                let decoded = match (&log_variance, &mut draws) {
                    (Some(log_variance), Some(draws)) => sample(&mean, log_variance, *draws),
                    _ => mean.shallow_clone(),
                };
                x = to_input_of(layer, &decoded);
                start = x.shallow_clone();
                code = Some(mean);
            }
            before = x.shallow_clone();
            sums = match (&layer.operation, &mut draws) {
                (Operation::Dropout { share }, Some(draws)) => drop_units(&x, *share, *draws),
                (Operation::BatchNorm, Some(_)) => normalize_batch(&x, index, parameters),
                _ => self.operate(index, [&x, &start], parameters, &mut pool_indices),
            };
            x = activation::apply(layer.activation, &sums);
            if layer.activation.can_die() && index + 1 < self.layers.len() {
                hidden.push(x.shallow_clone());
            }
        }
        Pass {
            output: Output {
                reconstruction: to_rows(&x),
                code: code.expect("a model has a decoder"),
            },
            sums: to_rows(&sums),
            log_variance,
            activation: self.layers[self.layers.len() - 1].activation,
        }
    }

    /// Images `[N, P]` to their codes `[N, U]`, when nothing is random.
    pub(crate) fn encode(&self, parameters: &Parameters, x: &Tensor) -> Tensor {
        let mut pool_indices = Vec::new();
        let start = to_input_of(&self.layers[0], x);
        let mut x = start.shallow_clone();
        for (index, layer) in self.layers.iter().enumerate() {
            if layer.part == Part::Encoder {
                let sums = self.operate(index, [&x, &start], parameters, &mut pool_indices);
                x = activation::apply(layer.activation, &sums);
            }
        }
        to_rows(&x)
    }

    /// Codes `[N, U]` to images `[N, P]`, when nothing is random; `None` if a layer unpools: it needs
    /// the positions of the maxima, which the encoder alone finds.
    pub(crate) fn decode(&self, parameters: &Parameters, code: &Tensor) -> Option<Tensor> {
        let unpools = |layer: &Layer| matches!(layer.operation, Operation::MaxUnpool { .. });
        if self.layers.iter().any(unpools) {
            return None;
        }
        let first = self.layers.iter().position(|l| l.part == Part::Decoder)?;
        let start = to_input_of(&self.layers[first], &code.contiguous());
        let mut x = start.shallow_clone();
        for (index, layer) in self.layers.iter().enumerate().skip(first) {
            let sums = self.operate(index, [&x, &start], parameters, &mut Vec::new());
            x = activation::apply(layer.activation, &sums);
        }
        Some(to_rows(&x))
    }

    /// What the layer at `index` makes of `x` without its activation, when nothing is random; `start` is
    /// what its part begins with. Max-pooling adds the positions of the maxima to `pool_indices`, and
    /// unpooling looks them up.
    fn operate(
        &self,
        index: usize,
        [x, start]: [&Tensor; 2],
        parameters: &Parameters,
        pool_indices: &mut Vec<Tensor>,
    ) -> Tensor {
        let layer = &self.layers[index];
        let weight_and_bias = || match parameters.of_layer(index) {
            [weight, bias] => (weight, bias),
            _ => unreachable!("a layer of this kind has a weight and a bias"),
        };
        match layer.operation {
            Operation::Linear => {
                let (weight, bias) = weight_and_bias();
                (self.linear)(x, weight, bias)
            }
            Operation::TiedLinear { layer } => {
                let (weight, bias) = (
                    &parameters.of_layer(layer)[0],
                    &parameters.of_layer(index)[0],
                );
                (self.linear)(x, &weight.tr(), bias)
            }
            Operation::Convolution(window) => {
                let (weight, bias) = weight_and_bias();
                let (stride, padding) = (window.stride as i64, window.padding as i64);
                x.conv2d(weight, Some(bias), stride, padding, 1, 1)
            }
            Operation::TransposedConvolution(window) => {
                let (weight, bias) = weight_and_bias();
                let (stride, padding) = (window.stride as i64, window.padding as i64);
                let added =
                    |from, to| window.added_rows(from, to).expect("a shape that fits") as i64;
                let added = [
                    added(layer.input.rows, layer.output.rows),
                    added(layer.input.columns, layer.output.columns),
                ];
                x.conv_transpose2d(weight, Some(bias), stride, padding, added, 1, 1)
            }
            Operation::MaxPool { size } => {
                let size = [size as i64; 2];
                let (maxima, indices) = x.max_pool2d_with_indices(size, size, 0, 1, false);
                pool_indices.push(indices);
                channels_last(&maxima)
            }
            Operation::MaxUnpool { pool } => {
                let Shape { rows, columns, .. } = layer.output;
                x.max_unpool2d(&pool_indices[pool], [rows as i64, columns as i64])
            }
            Operation::BatchNorm => {
                let (weight, bias) = weight_and_bias();
                let [(_, mean), (_, variance), _] = parameters.statistics_of_layer(index) else {
                    unreachable!("a batch normalization has running statistics");
                };
                let (weight, bias) = (Some(weight), Some(bias));
                let (mean, variance) = (Some(mean), Some(variance));
                x.batch_norm(weight, bias, mean, variance, false, 0.0, EPSILON, true)
            }
            Operation::GroupNorm { groups } => {
                let (weight, bias) = weight_and_bias();
                let (weight, bias) = (Some(weight), Some(bias));
                x.group_norm(groups as i64, weight, bias, EPSILON, true)
            }
            Operation::TopK { k } => keep_largest(x, k),
            Operation::AppendStart => Tensor::cat(&[x, start], 1),
            Operation::Dropout { .. } => x.shallow_clone(),
        }
    }

    /// The value of the objective for a batch with the targets `[N, P]`, with the divergence of a
    /// variational code.
    pub(crate) fn value(
        &self,
        objective: &Objective,
        pass: &Pass,
        target: &Tensor,
    ) -> ObjectiveValue {
        let mut value = objective.value(pass, target);
        if let Some(log_variance) = &pass.log_variance {
            let pixels = target.size()[1] as f64;
            let kl = divergence(&pass.output.code, log_variance) * (self.beta / pixels);
            // `+=` would change the reconstruction loss too, whose memory the total may share.
            value.total = value.total.g_add(&kl);
            value.kl = Some(kl);
        }
        value
    }

    /// The value of the objective for a batch, `input` and `target` `[N, P]`, and its gradient with
    /// respect to each parameter. The gradients are returned, not accumulated in the parameters: so
    /// there is nothing to clear before the next step.
    pub(crate) fn loss_and_gradients(
        &self,
        parameters: &Parameters,
        objective: &Objective,
        input: &Tensor,
        target: &Tensor,
        draws: &mut dyn Draws,
    ) -> (ObjectiveValue, Vec<Tensor>) {
        let pass = self.forward(parameters, input, None, Some(draws), &mut Vec::new());
        let value = self.value(objective, &pass, target);
        let gradients = Tensor::run_backward(&[&value.total], parameters.tensors(), false, false);
        (value.detach(), gradients)
    }
}

/// A batch normalization at a step of the training, which changes the running statistics. A channel
/// of a single number has no variance, and leaves them as they are.
fn normalize_batch(x: &Tensor, index: usize, parameters: &Parameters) -> Tensor {
    let [weight, bias] = parameters.of_layer(index) else {
        unreachable!("a batch normalization has a scale and an offset");
    };
    let [(_, mean), (_, variance), (_, batches)] = parameters.statistics_of_layer(index) else {
        unreachable!("a batch normalization has running statistics");
    };
    let channels = x.size()[1] as usize;
    let has_variance = x.numel() > channels;
    if has_variance {
        let _ = batches.shallow_clone().g_add_scalar_(1.0);
    }
    let (mean, variance) = (
        has_variance.then_some(mean),
        has_variance.then_some(variance),
    );
    let (weight, bias) = (Some(weight), Some(bias));
    x.batch_norm(weight, bias, mean, variance, true, MOMENTUM, EPSILON, true)
}

/// A draw from N(m, s^2) for each m of `mean`, `[N, U]`, and ln s^2 of `log_variance`, `[N, U]`.
fn sample(mean: &Tensor, log_variance: &Tensor, draws: &mut dyn Draws) -> Tensor {
    let normal = draws.normal(&mean.size()).to_device(mean.device());
    mean + (log_variance * 0.5).exp() * normal
}

/// The divergence of the distributions of codes from N(0, 1), KL(N(m, s^2) || N(0, 1)) =
/// (m^2 + s^2 - ln s^2 - 1) / 2, summed over the code, a mean over the images.
fn divergence(mean: &Tensor, log_variance: &Tensor) -> Tensor {
    let terms = mean.square() + log_variance.exp() - log_variance - 1.0;
    let images = terms.size()[0] as f64;
    terms.sum(Kind::Float) * (0.5 / images)
}

/// `x`, of shape `[N, ..]`, with all but the `k` largest numbers of each image replaced by 0.
fn keep_largest(x: &Tensor, k: usize) -> Tensor {
    let rows = to_rows(x);
    let (values, indices) = rows.topk(k as i64, -1, true, false);
    let kept = rows.zeros_like().scatter(-1, &indices, &values);
    kept.view_as(x)
}

/// `x` with each number replaced by 0 with the probability `share`, and the others divided by
/// 1 - `share`, so that the mean stays.
fn drop_units(x: &Tensor, share: f64, draws: &mut dyn Draws) -> Tensor {
    let kept = draws.uniform(&x.size()).ge(share).to_device(x.device());
    x * (kept.to_kind(Kind::Float) / (1.0 - share))
}

/// Rows `[N, C H W]` as `layer` takes them: a linear one as they are, others as `[N, C, H, W]`.
fn to_input_of(layer: &Layer, rows: &Tensor) -> Tensor {
    let Shape {
        channels,
        rows: height,
        columns: width,
    } = layer.input;
    let (channels, height, width) = (channels as i64, height as i64, width as i64);
    match layer.operation {
        Operation::Linear | Operation::TiedLinear { .. } => rows.shallow_clone(),
        // The layout of `channels_last` without copying, with strides by which libtorch recognizes
        // it.
        _ if channels == 1 => rows.view([-1, height, width, 1]).permute([0, 3, 1, 2]),
        _ => channels_last(&rows.view([-1, channels, height, width])),
    }
}

/// `[N, U]` as it is, or `[N, C, H, W]` as `[N, C H W]`.
fn to_rows(x: &Tensor) -> Tensor {
    x.flatten(1, -1)
}

/// The same values with the channels of a pixel side by side. libtorch's convolutions of few
/// channels are about twice as fast in this layout, and keep it.
fn channels_last(x: &Tensor) -> Tensor {
    x.permute([0, 2, 3, 1]).contiguous().permute([0, 3, 1, 2])
}
