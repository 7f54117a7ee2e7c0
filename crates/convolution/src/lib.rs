//! The convolutional autoencoders on a CPU, without libtorch.
//!
//! An image goes through all layers, forward and backward, before the next one does, so that its
//! maps stay in the processor's first two caches. Channels lie side by side and fill its vectors.
//! What unpooling fills with zeros, and what max-pooling gives no gradient to, is not computed: a
//! weight that is no number and meets nothing but such zeros does not show in the loss.
//!
//! Letters in shapes: N = images of a batch, P = 784 pixels, U = 144 units of the code.

#![deny(missing_docs)]
#![expect(
    clippy::needless_range_loop,
    reason = "rows, columns and channels index several arrays at once, as in the formulas"
)]

mod backward;
mod dispatch;
mod forward;
mod gradients;
mod layout;
mod pixels;
mod pooling;
mod single_channel;
mod vector;
mod weights;
mod windows;

use experiment::{Decoder, PIXELS};

use crate::{
    backward::MapGradients, dispatch::Task, forward::Activations, gradients::Gradients,
    vector::Processor, weights::Weights,
};

/// How many units the code of an image has: 16 filters of 3 x 3.
pub const UNITS: usize = 144;

/// A model with given weights.
#[derive(Clone)]
pub struct Network {
    weights: Weights,
}

/// What a forward pass gives.
pub struct Output {
    /// `[N, P]`.
    pub reconstruction: Vec<f32>,
    /// `[N, U]`.
    pub code: Vec<f32>,
}

/// A batch's loss with its gradient.
pub struct Loss {
    /// Mean squared error over all elements, plus the sparsity term.
    pub value: f64,
    /// The gradient with respect to each parameter, in PyTorch's order and layouts.
    pub gradients: Vec<Vec<f32>>,
}

impl Network {
    /// A model whose weights and biases are given in PyTorch's order and layouts.
    ///
    /// # Panics
    /// If there are not as many as the model has: a mistake of the caller, never of a user's input.
    pub fn new(decoder: Decoder, parameters: &[&[f32]]) -> Self {
        Network {
            weights: Weights::new(decoder, parameters),
        }
    }

    /// Images `[N, P]` to their reconstruction and code, to which `code_noise`, `[N, U]`, is added
    /// before it is decoded.
    pub fn forward(&self, images: &[f32], code_noise: Option<&[f32]>) -> Output {
        dispatch::run(Forward {
            weights: &self.weights,
            images,
            code_noise,
        })
    }

    /// The loss of a batch, `input` and `target` `[N, P]`: mean squared error plus `sparsity` times
    /// the sum of |code|. The images are summed over in their order, on the calling thread.
    pub fn loss(&self, input: &[f32], target: &[f32], sparsity: f64) -> Loss {
        dispatch::run(Backward {
            weights: &self.weights,
            input,
            target,
            sparsity,
        })
    }
}

struct Forward<'a> {
    weights: &'a Weights,
    images: &'a [f32],
    code_noise: Option<&'a [f32]>,
}

impl Task for Forward<'_> {
    type Output = Output;

    #[inline(always)]
    fn run<I: Processor>(self) -> Output {
        let count = self.images.len() / PIXELS;
        let mut output = Output {
            reconstruction: vec![0.0; count * PIXELS],
            code: vec![0.0; count * UNITS],
        };
        let mut activations = Activations::new();
        let reconstructions = output.reconstruction.chunks_exact_mut(PIXELS);
        let codes = output.code.chunks_exact_mut(UNITS);
        let images = self.images.chunks_exact(PIXELS);
        let outputs = reconstructions.zip(codes);
        for (index, (image, (reconstruction, code))) in images.zip(outputs).enumerate() {
            activations.encode::<I>(self.weights, image);
            if let Some(noise) = self.code_noise {
                activations.add_to_code(&noise[index * UNITS..][..UNITS]);
            }
            activations.decode::<I>(self.weights);
            activations.reconstruction(reconstruction);
            activations.code(code);
        }
        output
    }
}

struct Backward<'a> {
    weights: &'a Weights,
    input: &'a [f32],
    target: &'a [f32],
    sparsity: f64,
}

impl Task for Backward<'_> {
    type Output = Loss;

    #[inline(always)]
    fn run<I: Processor>(self) -> Loss {
        let mut gradients = Gradients::zeros();
        let mut activations = Activations::new();
        let mut map_gradients = MapGradients::new();
        let elements = self.target.len() as f64;
        let (mut squares, mut activity) = (0.0, 0.0);
        let mut code = [0.0; UNITS];
        let targets = self.target.chunks_exact(PIXELS);
        for (input, target) in self.input.chunks_exact(PIXELS).zip(targets) {
            activations.encode::<I>(self.weights, input);
            activations.decode::<I>(self.weights);
            activations.code(&mut code);
            activity += f64::from(code.iter().map(|unit| unit.abs()).sum::<f32>());
            let scale = (2.0 / elements) as f32;
            squares += map_gradients.of_squared_error(&activations, target, scale);
            let sparsity = self.sparsity as f32;
            map_gradients.back::<I>(self.weights, &activations, sparsity, &mut gradients);
        }
        Loss {
            value: squares / elements + self.sparsity * activity,
            gradients: gradients.to_pytorch(self.weights.decoder),
        }
    }
}
