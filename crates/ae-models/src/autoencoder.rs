//! The model itself: made from a specification, with one interface to all engines.

use experiment::{Layer, ModelSpec, Operation};
use rand::Rng;
use tch::{Device, Tensor};

use crate::{
    Draws, Objective, ObjectiveValue, Output, Parameters,
    engines::{Autograd, Engine, linear},
};

/// A model that compresses images to a code and reconstructs them from it.
///
/// ```
/// use ae_models::{Autoencoder, Objective};
/// use experiment::ModelSpec;
/// use rand::SeedableRng;
/// use tch::{Device, Kind, Tensor};
///
/// let spec = ModelSpec::dense(&[784, 64, 784]);
/// let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(12);
/// let mut model = Autoencoder::new(&spec, Objective::default(), &mut rng, Device::Cpu);
///
/// let images = Tensor::rand([5, 784], (Kind::Float, Device::Cpu));
/// assert_eq!(model.forward(&images).code.size(), [5, 64]);
///
/// // A step of gradient descent.
/// let (before, gradients) = model.loss_and_gradients(&images, &images, &mut rng);
/// for (weights, gradient) in model.parameters_mut().tensors_mut().iter_mut().zip(&gradients) {
///     tch::no_grad(|| *weights -= gradient * 0.1);
/// }
/// let (after, _) = model.loss_and_gradients(&images, &images, &mut rng);
/// assert!(after.total.double_value(&[]) < before.total.double_value(&[]));
/// ```
#[derive(Debug)]
pub struct Autoencoder {
    objective: Objective,
    parameters: Parameters,
    reference: Autograd,
    /// The reference with faster products, where no gradient is asked for.
    inference: Autograd,
    engine: Engine,
}

impl Autoencoder {
    /// A new model on `device`, to be trained for `objective`, with weights drawn from `rng`.
    pub fn new(spec: &ModelSpec, objective: Objective, rng: &mut impl Rng, device: Device) -> Self {
        let (layers, initialization) = (spec.layers(), spec.initialization());
        Autoencoder {
            parameters: Parameters::new(&layers, initialization, rng, device),
            reference: Autograd::new(spec),
            inference: Autograd::without_gradients(spec, linear),
            engine: Engine::new(spec, &objective, device),
            objective,
        }
    }

    /// The name of the engine that would compute such a model: see [`Autoencoder::engine`].
    pub fn engine_of(spec: &ModelSpec, objective: &Objective, device: Device) -> &'static str {
        Engine::new(spec, objective, device).name()
    }

    /// The name of the engine that computes the model: `autograd`, or one that is faster.
    pub fn engine(&self) -> &'static str {
        self.engine.name()
    }

    /// The weights.
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// The layers, from the image to the reconstruction.
    pub fn layers(&self) -> &[Layer] {
        self.reference.layers()
    }

    /// The linear and convolutional layers, from the image to the reconstruction, each with its
    /// weight, of [`Layer::weight_shape`]; a tied layer with the weight of the encoder that it has
    /// transposed.
    pub fn layer_weights(&self) -> impl Iterator<Item = (&Layer, &Tensor)> {
        let layers = self.layers().iter().enumerate();
        layers.filter_map(|(index, layer)| {
            let owner = match layer.operation {
                Operation::TiedLinear { layer } => layer,
                _ if layer.weight_shape().is_some() => index,
                _ => return None,
            };
            Some((layer, &self.parameters.of_layer(owner)[0]))
        })
    }

    /// The weights, mutable.
    pub fn parameters_mut(&mut self) -> &mut Parameters {
        &mut self.parameters
    }

    /// Images `[N, P]` to their reconstruction and code. These may have no history for libtorch's
    /// autograd: see [`Autoencoder::loss_and_gradients`].
    pub fn forward(&self, x: &Tensor) -> Output {
        self.forward_by_engine(x, None)
    }

    /// Like [`Autoencoder::forward`], with `code_noise`, `[N, U]`, added to the code before it is
    /// decoded and returned.
    pub fn forward_with_noise(&self, x: &Tensor, code_noise: &Tensor) -> Output {
        self.forward_by_engine(x, Some(code_noise))
    }

    fn forward_by_engine(&self, x: &Tensor, code_noise: Option<&Tensor>) -> Output {
        match &self.engine {
            Engine::ConvCpu(engine) => engine.forward(&self.parameters, x, code_noise),
            Engine::DenseCpu(_) | Engine::Autograd => {
                self.inference
                    .forward(&self.parameters, x, code_noise, None, &mut Vec::new())
                    .output
            }
        }
    }

    /// Like [`Autoencoder::forward`] of a dense model; also the output of every hidden layer
    /// whose units can die, by [`experiment::Activation::can_die`], in order: `[N, U]` of a dense
    /// layer, `[N, C, H, W]` of a convolutional one.
    pub fn forward_with_hidden(&self, x: &Tensor) -> (Output, Vec<Tensor>) {
        let mut hidden = Vec::new();
        let pass = self
            .inference
            .forward(&self.parameters, x, None, None, &mut hidden);
        (pass.output, hidden)
    }

    /// Images `[N, P]` to their codes `[N, U]`, those of [`Autoencoder::forward`].
    pub fn encode(&self, x: &Tensor) -> Tensor {
        match &self.engine {
            // Its kernels are faster than libtorch's, decoding included.
            Engine::ConvCpu(engine) => engine.forward(&self.parameters, x, None).code,
            Engine::DenseCpu(_) | Engine::Autograd => self.inference.encode(&self.parameters, x),
        }
    }

    /// Codes `[N, U]` to images `[N, P]`. `None` if the decoder unpools: it needs the positions of the
    /// maxima, which [`Autoencoder::forward`] takes from the encoder.
    pub fn decode(&self, code: &Tensor) -> Option<Tensor> {
        self.inference.decode(&self.parameters, code)
    }

    /// Like [`Autoencoder::forward`], with `code_noise`, `[N, U]`, if there is any, always by
    /// libtorch's operations: the reference for faster engines.
    pub fn forward_autograd(&self, x: &Tensor, code_noise: Option<&Tensor>) -> Output {
        self.reference
            .forward(&self.parameters, x, code_noise, None, &mut Vec::new())
            .output
    }

    /// Like [`Autoencoder::forward`]; also the value of the model's [`Objective`] with the images,
    /// at 0-1 scale, as their own target, a tensor of one element. Nothing in it is random: a
    /// variational model decodes the mean, and has the divergence of its code in the value, as in
    /// training.
    pub fn forward_with_loss(&self, x: &Tensor) -> (Output, Tensor) {
        let pass = self
            .reference
            .forward(&self.parameters, x, None, None, &mut Vec::new());
        let value = self.reference.value(&self.objective, &pass, x);
        (pass.output, value.total)
    }

    /// The value of the model's [`Objective`] for a batch, and its gradient with respect to each
    /// parameter, in the order of [`Autoencoder::parameters`]. The model keeps the memory of the
    /// gradients: its next call may overwrite them.
    ///
    /// `input` and `target` are `[N, P]`, on the model's device; for a model that denoises, they
    /// differ. What is random in a step, such as the units that are dropped, comes from `draws`:
    /// the same draws give the same step.
    ///
    /// # Panics
    /// If they differ in size: a mistake of the caller, never of a user's input.
    pub fn loss_and_gradients(
        &mut self,
        input: &Tensor,
        target: &Tensor,
        draws: &mut dyn Draws,
    ) -> (ObjectiveValue, Vec<Tensor>) {
        assert_eq!(
            input.size(),
            target.size(),
            "expected a target for each pixel of the input"
        );
        let (input, target) = (&input.contiguous(), &target.contiguous());
        match &mut self.engine {
            Engine::Autograd => self.loss_and_gradients_autograd(input, target, draws),
            Engine::DenseCpu(engine) => {
                engine.loss_and_gradients(&self.parameters, input, target, draws)
            }
            Engine::ConvCpu(engine) => engine.loss_and_gradients(&self.parameters, input, target),
        }
    }

    /// Like [`Autoencoder::loss_and_gradients`], always by libtorch's autograd: the reference for
    /// faster engines.
    pub fn loss_and_gradients_autograd(
        &self,
        input: &Tensor,
        target: &Tensor,
        draws: &mut dyn Draws,
    ) -> (ObjectiveValue, Vec<Tensor>) {
        self.reference
            .loss_and_gradients(&self.parameters, &self.objective, input, target, draws)
    }
}
