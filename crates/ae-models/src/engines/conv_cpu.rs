//! Convolutional models on the CPU, by the kernels of [`convolution`]: several times faster than
//! libtorch.

use convolution::ConvAe;
use experiment::{ConvolutionalSpec, Decoder, Loss, Sparsity};
use tch::{Device, Tensor};

use crate::{Objective, ObjectiveValue, Output, Parameters, as_slice};

/// The engine of a convolutional model on the CPU.
#[derive(Debug)]
pub(crate) struct ConvCpu {
    decoder: convolution::Decoder,
    sparsity: f64,
}

impl ConvCpu {
    /// The assignment's three models, trained on
    /// the mean squared error with an L1 penalty on the code or none.
    pub(crate) fn supports(
        spec: &ConvolutionalSpec,
        objective: &Objective,
        device: Device,
    ) -> bool {
        // All fields are named, so that a new one has to be considered here.
        let Objective { loss, sparsity } = objective;
        spec.is_of_assignment()
            && *loss == Loss::Mse
            && matches!(sparsity, Sparsity::L1 { .. })
            && device == Device::Cpu
    }

    /// The engine of a model that it [`supports`](ConvCpu::supports).
    pub(crate) fn new(spec: &ConvolutionalSpec, objective: &Objective) -> Self {
        ConvCpu {
            decoder: match spec.decoder {
                Decoder::Unpool => convolution::Decoder::Unpool,
                Decoder::Deconv => convolution::Decoder::Deconv,
                Decoder::DeconvUnpool => convolution::Decoder::DeconvUnpool,
            },
            sparsity: objective.sparsity.weight(),
        }
    }

    /// Images `[N, P]` to their reconstruction and code, to which `code_noise`, `[N, U]`, is added.
    pub(crate) fn forward(
        &self,
        parameters: &Parameters,
        x: &Tensor,
        code_noise: Option<&Tensor>,
    ) -> Output {
        let x = x.contiguous();
        let code_noise = code_noise.map(Tensor::contiguous);
        // SAFETY: the images and the noise are borrowed, on this thread alone, and the kernels do not
        // call libtorch.
        let (images, noise) = unsafe { (as_slice(&x), code_noise.as_ref().map(|n| as_slice(n))) };
        let output = self.kernels(parameters).forward(images, noise);
        let rows = |values: &[f32]| Tensor::from_slice(values).view([x.size()[0], -1]);
        Output {
            reconstruction: rows(&output.reconstruction),
            code: rows(&output.code),
        }
    }

    /// The loss of a batch and its gradients, in the order and shapes of the parameters. `input` and
    /// `target` are `[N, P]` and contiguous.
    pub(crate) fn loss_and_gradients(
        &self,
        parameters: &Parameters,
        input: &Tensor,
        target: &Tensor,
    ) -> (ObjectiveValue, Vec<Tensor>) {
        // SAFETY: as in `forward`: input and target are borrowed. They may share memory, which is
        // only read.
        let (input, target) = unsafe { (as_slice(input), as_slice(target)) };
        let result = self
            .kernels(parameters)
            .loss_and_gradients(input, target, self.sparsity);
        let gradients = parameters
            .tensors()
            .iter()
            .zip(&result.gradients)
            .map(|(like, gradient)| Tensor::from_slice(gradient).view_as(like))
            .collect();
        let penalty = (self.sparsity != 0.0).then_some(result.penalty);
        (ObjectiveValue::of_numbers(result.mse, penalty), gradients)
    }

    fn kernels(&self, parameters: &Parameters) -> ConvAe {
        let slices: Vec<&[f32]> = parameters
            .tensors()
            .iter()
            // SAFETY: the parameters are borrowed, on this thread alone, and libtorch is not called
            // before the kernels have their copy of them.
            .map(|tensor| unsafe { as_slice(tensor) })
            .collect();
        ConvAe::new(self.decoder, &slices)
    }
}
