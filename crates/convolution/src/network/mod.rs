//! The models: [`ConvAe`], and its passes over a batch, an image at a time.

mod backward;
mod forward;
mod gradients;
mod layers;
#[cfg(test)]
mod tests;
mod weights;

pub use layers::Decoder;

use rayon::prelude::*;

use self::{backward::MapGradients, forward::LayerOutputs, gradients::Gradients, weights::Weights};
use crate::simd::{self, Simd, Task};

/// P, the number of pixels of an image: 28 x 28.
pub const PIXELS: usize = 784;
/// U, the number of units of an image's code: 16 filters of 3 x 3.
pub const CODE_UNITS: usize = 144;

/// Images that one thread computes before it looks for others: their sums are added up.
const GROUP: usize = 32;

/// A convolutional autoencoder with given weights.
#[derive(Clone)]
pub struct ConvAe {
    weights: Weights,
}

/// The result of a forward pass.
pub struct Output {
    /// `[N, P]`.
    pub reconstruction: Vec<f32>,
    /// `[N, U]`, with the noise that was added.
    pub code: Vec<f32>,
}

/// A batch's loss with its gradients.
pub struct LossAndGradients {
    /// The mean squared error plus the penalty.
    pub loss: f64,
    /// The mean squared error over all N x P elements.
    pub mse: f64,
    /// The L1 penalty, with its weight.
    pub penalty: f64,
    /// The gradient with respect to each parameter, in the order and shapes of [`ConvAe::new`].
    pub gradients: Vec<Vec<f32>>,
}

impl ConvAe {
    /// A model from its parameters in PyTorch's order and layouts: for each layer its weights, then
    /// its biases `[F_out]`. Weights of a convolution are `[F_out, F_in, k, k]`, of a transposed one
    /// `[F_in, F_out, k, k]`:
    ///
    /// | layer | `Unpool` | `Deconv` | `DeconvUnpool` |
    /// |---|---|---|---|
    /// | `encoder_conv1`, max-pooling to 14 x 14 | `[8, 1, 3, 3]` | as `Unpool` | as `Unpool` |
    /// | `encoder_conv2`, max-pooling to 7 x 7 | `[16, 8, 3, 3]` | as `Unpool` | as `Unpool` |
    /// | `encoder_conv3`, max-pooling to 3 x 3 | `[16, 16, 3, 3]` | as `Unpool` | as `Unpool` |
    /// | `decoder_conv1`, to 7 x 7 | none: unpooling alone | `[16, 16, 3, 3]` | `[16, 16, 3, 3]` |
    /// | `decoder_conv2`, to 14 x 14 | `[8, 16, 3, 3]` | `[16, 8, 4, 4]` | `[16, 8, 3, 3]` |
    /// | `decoder_conv3`, to 28 x 28 | `[1, 8, 3, 3]` | `[8, 1, 4, 4]` | `[8, 1, 3, 3]` |
    ///
    /// Kernels of 3 x 3 have stride 1 and padding 1, those of 4 x 4 stride 2 and padding 1;
    /// `decoder_conv1` of `Deconv` has stride 2 and no padding. The other two decoders unpool before
    /// each layer, to where the encoder's maxima were.
    ///
    /// # Panics
    /// If the parameters have other numbers of elements: a mistake of the caller, never of a user's
    /// input.
    pub fn new(decoder: Decoder, parameters: &[&[f32]]) -> Self {
        ConvAe {
            weights: Weights::new(decoder, parameters),
        }
    }

    /// Images `[N, P]` to their reconstruction and code. `code_noise`, `[N, U]`, is added to the code
    /// before it is decoded.
    ///
    /// # Panics
    /// If a slice has another length.
    pub fn forward(&self, images: &[f32], code_noise: Option<&[f32]>) -> Output {
        let count = count_images(images);
        if let Some(noise) = code_noise {
            assert_eq!(noise.len(), count * CODE_UNITS, "noise on the code");
        }
        let mut output = Output {
            reconstruction: vec![0.0; count * PIXELS],
            code: vec![0.0; count * CODE_UNITS],
        };
        let codes = output.code.chunks_mut(GROUP * CODE_UNITS);
        let reconstructions = output.reconstruction.chunks_mut(GROUP * PIXELS);
        let images = images.chunks(GROUP * PIXELS);
        let groups = images.zip(reconstructions.zip(codes)).enumerate();
        let tasks = groups.map(|(index, (images, (reconstruction, code)))| ForwardTask {
            weights: &self.weights,
            images,
            code_noise: code_noise.map(|noise| &noise[index * GROUP * CODE_UNITS..][..code.len()]),
            reconstruction,
            code,
        });
        run_all(tasks);
        output
    }

    /// The loss of a batch, `input` and `target` `[N, P]` with N > 0: the mean squared error of the
    /// reconstruction of `input` against `target`, plus `sparsity` times the sum of |code| over all
    /// N x U units. Images are summed in their order in groups of 32, and these as a tree. The gradient
    /// of a ReLU is zero where its output is zero, as is that of |code|.
    ///
    /// # Panics
    /// If a slice has another length.
    pub fn loss_and_gradients(
        &self,
        input: &[f32],
        target: &[f32],
        sparsity: f64,
    ) -> LossAndGradients {
        assert!(count_images(input) > 0, "a batch without images");
        assert_eq!(input.len(), target.len(), "input and target");
        let elements = target.len() as f64;
        let targets = target.chunks(GROUP * PIXELS);
        let groups = input.chunks(GROUP * PIXELS).zip(targets);
        let sums = run_all(groups.map(|(input, target)| SumsTask {
            weights: &self.weights,
            input,
            target,
            scale: (2.0 / elements) as f32,
            sparsity: sparsity as f32,
        }));
        let sums = add_up(sums);
        let (mse, penalty) = (sums.squares / elements, sparsity * sums.activity);
        LossAndGradients {
            loss: mse + penalty,
            mse,
            penalty,
            gradients: sums.gradients.to_pytorch(self.weights.decoder),
        }
    }
}

/// Runs all tasks, those of a caller in a rayon pool on its idle threads too. Returns their results in
/// their order.
fn run_all<T: Task + Send>(tasks: impl Iterator<Item = T>) -> Vec<T::Output>
where
    T::Output: Send,
{
    if rayon::current_thread_index().is_none() {
        return tasks.map(simd::run).collect();
    }
    let tasks: Vec<T> = tasks.collect();
    let tasks = tasks.into_par_iter().with_max_len(1);
    tasks.map(simd::run).collect()
}

/// The sums of all groups, of which there is at least one, as a tree: neighbors are added until one is
/// left.
fn add_up(mut sums: Vec<Sums>) -> Sums {
    let mut step = 1;
    while step < sums.len() {
        for pair in sums.chunks_mut(2 * step) {
            let (first, second) = pair.split_at_mut(step.min(pair.len()));
            if let Some(second) = second.first() {
                first[0].add(second);
            }
        }
        step *= 2;
    }
    sums.swap_remove(0)
}

/// N of images `[N, P]`.
fn count_images(images: &[f32]) -> usize {
    assert_eq!(images.len() % PIXELS, 0, "images of {PIXELS} pixels");
    images.len() / PIXELS
}

struct ForwardTask<'a> {
    weights: &'a Weights,
    images: &'a [f32],
    code_noise: Option<&'a [f32]>,
    reconstruction: &'a mut [f32],
    code: &'a mut [f32],
}

impl Task for ForwardTask<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self) {
        let mut layers = LayerOutputs::new();
        let reconstructions = self.reconstruction.chunks_exact_mut(PIXELS);
        let results = reconstructions.zip(self.code.chunks_exact_mut(CODE_UNITS));
        let images = self.images.chunks_exact(PIXELS);
        for (index, (image, (reconstruction, code))) in images.zip(results).enumerate() {
            layers.encode::<S>(self.weights, image);
            if let Some(noise) = self.code_noise {
                layers.add_to_code(&noise[index * CODE_UNITS..][..CODE_UNITS]);
            }
            layers.decode::<S>(self.weights);
            layers.copy_reconstruction(reconstruction);
            layers.copy_code(code);
        }
    }
}

/// Sums over a group of images.
struct Sums {
    squares: f64,
    /// Of the magnitudes of the codes.
    activity: f64,
    gradients: Box<Gradients>,
}

impl Sums {
    fn add(&mut self, other: &Sums) {
        self.squares += other.squares;
        self.activity += other.activity;
        self.gradients.add(&other.gradients);
    }
}

struct SumsTask<'a> {
    weights: &'a Weights,
    input: &'a [f32],
    target: &'a [f32],
    /// Twice the weight of a pixel's squared error in the loss.
    scale: f32,
    sparsity: f32,
}

impl Task for SumsTask<'_> {
    type Output = Sums;

    #[inline(always)]
    fn run<S: Simd>(self) -> Sums {
        let mut gradients = Gradients::zeros();
        let mut layers = LayerOutputs::new();
        let mut map_gradients = MapGradients::new();
        let (mut squares, mut activity) = (0.0, 0.0);
        let mut code = [0.0; CODE_UNITS];
        let targets = self.target.chunks_exact(PIXELS);
        for (input, target) in self.input.chunks_exact(PIXELS).zip(targets) {
            layers.encode::<S>(self.weights, input);
            layers.decode::<S>(self.weights);
            layers.copy_code(&mut code);
            activity += f64::from(code.iter().map(|unit| unit.abs()).sum::<f32>());
            squares += map_gradients.squared_error(&layers, target, self.scale);
            map_gradients.backward::<S>(self.weights, &layers, self.sparsity, &mut gradients);
        }
        Sums {
            squares,
            activity,
            gradients,
        }
    }
}
