use experiment::ModelSpec;
use rand::Rng;
use tch::{Device, Tensor};

use crate::{Error, Parameters, convolutional::Convolutional, dense::Dense};

/// A model that compresses images to a code and reconstructs them from it.
#[derive(Debug)]
pub struct Autoencoder {
    kind: Kind,
    parameters: Parameters,
}

#[derive(Debug)]
pub(crate) enum Kind {
    Dense(Dense),
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

/// What the encoder hands to the decoder.
#[derive(Debug)]
pub struct Encoding {
    /// `[N, U]`: the numbers that describe each image.
    pub code: Tensor,
    /// Where each maximum of the poolings stood; empty for a dense model.
    maxima: Vec<Tensor>,
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
                (Kind::Dense(dense), parameters)
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

    pub(crate) fn kind(&self) -> &Kind {
        &self.kind
    }

    /// The weights.
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// The weights, to be changed.
    pub fn parameters_mut(&mut self) -> &mut Parameters {
        &mut self.parameters
    }

    /// Images `[N, P]` to their reconstruction and code.
    pub fn forward(&self, x: &Tensor) -> Output {
        match &self.kind {
            Kind::Convolutional(model) if x.device() == Device::Cpu => {
                model.forward(&self.parameters, x)
            }
            _ => self.trace(x).0,
        }
    }

    /// Images `[N, P]` to their code.
    pub fn encode(&self, x: &Tensor) -> Encoding {
        self.encode_into(x, &mut Vec::new())
    }

    /// A code to the reconstruction `[N, P]`.
    pub fn decode(&self, encoding: &Encoding) -> Tensor {
        self.decode_into(encoding, &mut Vec::new())
    }

    /// As [`Autoencoder::forward`]; also the output of every hidden layer that ends in a ReLU, in
    /// order: `[N, U]` of a dense layer, `[N, F, H, W]` of a convolutional one.
    pub fn trace(&self, x: &Tensor) -> (Output, Vec<Tensor>) {
        let mut hidden = Vec::new();
        let encoding = self.encode_into(x, &mut hidden);
        let reconstruction = self.decode_into(&encoding, &mut hidden);
        let code = encoding.code;
        (
            Output {
                reconstruction,
                code,
            },
            hidden,
        )
    }

    fn encode_into(&self, x: &Tensor, hidden: &mut Vec<Tensor>) -> Encoding {
        match &self.kind {
            Kind::Dense(dense) => Encoding {
                code: dense.encode(&self.parameters, x, hidden),
                maxima: Vec::new(),
            },
            Kind::Convolutional(model) => {
                let (code, maxima) = model.encode(&self.parameters, x, hidden);
                Encoding { code, maxima }
            }
        }
    }

    fn decode_into(&self, encoding: &Encoding, hidden: &mut Vec<Tensor>) -> Tensor {
        let Encoding { code, maxima } = encoding;
        match &self.kind {
            Kind::Dense(dense) => dense.decode(&self.parameters, code, hidden),
            Kind::Convolutional(model) => model.decode(&self.parameters, code, maxima, hidden),
        }
    }
}
