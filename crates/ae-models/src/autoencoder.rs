use experiment::ModelSpec;
use rand::Rng;
use tch::{Device, Tensor};

use crate::{
    Error, Parameters, convolutional::Convolutional, dense::Dense, dense_gradients::DenseGradients,
};

/// A model that compresses images to a code and reconstructs them from it.
#[derive(Debug)]
pub struct Autoencoder {
    kind: Kind,
    parameters: Parameters,
}

#[derive(Debug)]
enum Kind {
    Dense(Dense, Option<DenseGradients>),
    Convolutional(Convolutional),
}

/// What a forward pass gives.
#[derive(Debug)]
pub struct Output {
    /// `[N, P]`, at the scale of the input.
    pub reconstruction: Tensor,
    /// `[N, U]`.
    pub code: Tensor,
}

impl Autoencoder {
    /// A new model with weights drawn from `rng` by PyTorch's law, on `device`.
    ///
    /// # Errors
    /// [`Error::NotAnAutoencoder`] for PCA.
    pub fn new(spec: &ModelSpec, rng: &mut impl Rng, device: Device) -> Result<Self, Error> {
        let (kind, parameters) = match spec {
            ModelSpec::Dense {
                widths,
                code_layer,
                output,
            } => {
                let (dense, parameters) = Dense::new(widths, *code_layer, *output, rng, device);
                (Kind::Dense(dense, None), parameters)
            }
            ModelSpec::Convolutional { decoder } => {
                let (model, parameters) = Convolutional::new(*decoder, rng, device);
                (Kind::Convolutional(model), parameters)
            }
            ModelSpec::Pca { .. } => {
                return Err(Error::NotAnAutoencoder {
                    found: "PCA".into(),
                });
            }
        };
        Ok(Autoencoder { kind, parameters })
    }

    /// The weights.
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// The weights, to be changed.
    pub fn parameters_mut(&mut self) -> &mut Parameters {
        &mut self.parameters
    }

    /// Images `[N, P]` to their reconstruction and code. libtorch cannot derive from these: see
    /// [`Autoencoder::loss_and_gradients`].
    pub fn forward(&self, x: &Tensor) -> Output {
        self.forward_with(x, None)
    }

    /// As [`Autoencoder::forward`], with `code_noise`, `[N, U]`, added to the code before it is
    /// decoded and given back.
    pub fn forward_with_noise(&self, x: &Tensor, code_noise: &Tensor) -> Output {
        self.forward_with(x, Some(code_noise))
    }

    fn forward_with(&self, x: &Tensor, code_noise: Option<&Tensor>) -> Output {
        match self.convolutional_on_cpu(x) {
            Some(model) => model.forward(&self.parameters, x, code_noise),
            None => self.by_libtorch(x, code_noise, &mut Vec::new()),
        }
    }

    /// As [`Autoencoder::forward`], always by libtorch, which can derive from it; also the output
    /// of every hidden layer that ends in a ReLU, in order: `[N, U]` of a dense layer,
    /// `[N, F, H, W]` of a convolutional one.
    pub fn trace(&self, x: &Tensor) -> (Output, Vec<Tensor>) {
        let mut hidden = Vec::new();
        let output = self.by_libtorch(x, None, &mut hidden);
        (output, hidden)
    }

    /// The model, if [`convolution`] can compute it.
    pub(crate) fn convolutional_on_cpu(&self, x: &Tensor) -> Option<&Convolutional> {
        match &self.kind {
            Kind::Convolutional(model) if x.device() == Device::Cpu => Some(model),
            _ => None,
        }
    }

    /// See [`Autoencoder::loss_and_gradients`]; `None` if this is no dense model on the CPU.
    pub(crate) fn dense_gradients(
        &mut self,
        input: &Tensor,
        target: &Tensor,
        sparsity: f64,
    ) -> Option<(Tensor, Vec<Tensor>)> {
        let Kind::Dense(dense, memory) = &mut self.kind else {
            return None;
        };
        if input.device() != Device::Cpu {
            return None;
        }
        let gradients = memory.get_or_insert_with(|| DenseGradients::new(&self.parameters));
        let loss = gradients.compute(dense, &self.parameters, input, target, sparsity);
        // On the memory that the next step's gradients come to.
        let tensors = gradients.tensors().iter().map(Tensor::shallow_clone);
        Some((Tensor::from(loss as f32), tensors.collect()))
    }

    pub(crate) fn by_libtorch(
        &self,
        x: &Tensor,
        code_noise: Option<&Tensor>,
        hidden: &mut Vec<Tensor>,
    ) -> Output {
        let (parameters, noisy) = (&self.parameters, |code: Tensor| match code_noise {
            Some(noise) => code + noise,
            None => code,
        });
        let (code, reconstruction) = match &self.kind {
            Kind::Dense(dense, _) => {
                let code = noisy(dense.encode(parameters, x, hidden));
                let reconstruction = dense.decode(parameters, &code, hidden);
                (code, reconstruction)
            }
            Kind::Convolutional(model) => {
                let (code, maxima) = model.encode(parameters, x, hidden);
                let code = noisy(code);
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
