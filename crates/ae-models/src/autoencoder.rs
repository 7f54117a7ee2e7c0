//! The model itself: made from a specification, with one interface to all engines.

use experiment::{ModelSpec, Part};
use rand::Rng;
use tch::{Device, Tensor};

use crate::{
    Objective, Output, Parameters,
    architectures::{Convolutional, Dense},
    engines::{ConvCpu, DenseCpu},
    loss::loss,
};

/// A model that compresses images to a code and reconstructs them from it.
#[derive(Debug)]
pub struct Autoencoder {
    architecture: Architecture,
    objective: Objective,
    parameters: Parameters,
}

#[derive(Debug)]
enum Architecture {
    Dense(Dense, Option<DenseCpu>),
    Convolutional(Convolutional),
}

impl Autoencoder {
    /// A new model on `device`, with weights drawn from `rng` by PyTorch's initialization.
    pub fn new(spec: &ModelSpec, objective: Objective, rng: &mut impl Rng, device: Device) -> Self {
        let (architecture, parameters) = match spec {
            ModelSpec::Dense(dense) => {
                let layers = spec.layers();
                let encoder = layers.iter().filter(|layer| layer.part == Part::Encoder);
                let (dense, parameters) =
                    Dense::new(&dense.widths, encoder.count(), dense.output, rng, device);
                (Architecture::Dense(dense, None), parameters)
            }
            ModelSpec::Convolutional(convolutional) => {
                let (model, parameters) = Convolutional::new(convolutional.decoder, rng, device);
                (Architecture::Convolutional(model), parameters)
            }
        };
        Autoencoder {
            architecture,
            objective,
            parameters,
        }
    }

    /// The weights.
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// The weights, to be changed.
    pub fn parameters_mut(&mut self) -> &mut Parameters {
        &mut self.parameters
    }

    /// Images `[N, P]` to their reconstruction and code, which need not carry libtorch's autograd
    /// graph: see [`Autoencoder::loss_and_gradients`].
    pub fn forward(&self, x: &Tensor) -> Output {
        self.forward_by_engine(x, None)
    }

    /// Like [`Autoencoder::forward`], with `code_noise`, `[N, U]`, added to the code before it is
    /// decoded and returned.
    pub fn forward_with_noise(&self, x: &Tensor, code_noise: &Tensor) -> Output {
        self.forward_by_engine(x, Some(code_noise))
    }

    fn forward_by_engine(&self, x: &Tensor, code_noise: Option<&Tensor>) -> Output {
        match self.conv_cpu(x) {
            Some(engine) => engine.forward(&self.parameters, x, code_noise),
            None => self.forward_autograd(x, code_noise),
        }
    }

    /// Like [`Autoencoder::forward_autograd`] without noise; also the output of every hidden layer
    /// that ends in a ReLU, in order: `[N, U]` of a dense layer, `[N, F, H, W]` of a convolutional
    /// one.
    pub fn forward_with_hidden(&self, x: &Tensor) -> (Output, Vec<Tensor>) {
        let mut hidden = Vec::new();
        let output = self.by_libtorch(x, None, &mut hidden);
        (output, hidden)
    }

    /// Like [`Autoencoder::forward`], with `code_noise`, `[N, U]`, if there is any, always by
    /// libtorch's operations: the reference for faster engines.
    pub fn forward_autograd(&self, x: &Tensor, code_noise: Option<&Tensor>) -> Output {
        self.by_libtorch(x, code_noise, &mut Vec::new())
    }

    /// The loss of a batch (see [`loss`]) as a tensor of one element, and its gradient with respect
    /// to each parameter, in the order of [`Autoencoder::parameters`]. The model keeps the memory of
    /// the gradients: its next call may overwrite them.
    ///
    /// `input` and `target` are `[N, P]`, on the model's device; for a model that denoises, they
    /// differ.
    ///
    /// # Panics
    /// If they differ in size: a mistake of the caller, never of a user's input.
    pub fn loss_and_gradients(&mut self, input: &Tensor, target: &Tensor) -> (Tensor, Vec<Tensor>) {
        let sparsity = self.objective.sparsity;
        assert_eq!(
            input.size(),
            target.size(),
            "expected a target for each pixel of the input"
        );
        let (input, target) = (&input.contiguous(), &target.contiguous());
        if let Some(engine) = self.conv_cpu(input) {
            return engine.loss_and_gradients(&self.parameters, input, target, sparsity);
        }
        if let Architecture::Dense(dense, memory) = &mut self.architecture
            && input.device() == Device::Cpu
        {
            let engine = memory.get_or_insert_with(|| DenseCpu::new(&self.parameters));
            let loss = engine.compute(dense, &self.parameters, input, target, sparsity);
            // They share the memory that the next step's gradients are written to.
            let gradients = engine.gradients().iter().map(Tensor::shallow_clone);
            return (Tensor::from(loss as f32), gradients.collect());
        }
        self.loss_and_gradients_autograd(input, target)
    }

    /// Like [`Autoencoder::loss_and_gradients`], always by libtorch's autograd: the reference for
    /// faster engines.
    pub fn loss_and_gradients_autograd(
        &self,
        input: &Tensor,
        target: &Tensor,
    ) -> (Tensor, Vec<Tensor>) {
        let output = self.forward_autograd(input, None);
        let loss = loss(&output, target, self.objective.sparsity);
        let gradients = Tensor::run_backward(&[&loss], self.parameters.tensors(), false, false);
        (loss.detach(), gradients)
    }

    fn conv_cpu(&self, x: &Tensor) -> Option<ConvCpu> {
        match &self.architecture {
            Architecture::Convolutional(model) if x.device() == Device::Cpu => Some(ConvCpu {
                decoder: model.decoder(),
            }),
            _ => None,
        }
    }

    fn by_libtorch(
        &self,
        x: &Tensor,
        code_noise: Option<&Tensor>,
        hidden: &mut Vec<Tensor>,
    ) -> Output {
        let parameters = &self.parameters;
        let add_noise = |code: Tensor| match code_noise {
            Some(noise) => code + noise,
            None => code,
        };
        let (code, reconstruction) = match &self.architecture {
            Architecture::Dense(dense, _) => {
                let code = add_noise(dense.encode(parameters, x, hidden));
                let reconstruction = dense.decode(parameters, &code, hidden);
                (code, reconstruction)
            }
            Architecture::Convolutional(model) => {
                let (code, maxima) = model.encode(parameters, x, hidden);
                let code = add_noise(code);
                let reconstruction = model.decode(parameters, &code, &maxima, hidden);
                (code, reconstruction)
            }
        };
        Output {
            reconstruction,
            code,
        }
    }
}
