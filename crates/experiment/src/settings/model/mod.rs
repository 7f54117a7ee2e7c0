//! The architecture of an autoencoder, described by data.

mod activation;
mod block;
mod convolutional;
mod dense;
mod initialization;
mod layer;
mod layers;
mod norm;
mod variational;
mod words;

pub use activation::Activation;
pub use block::Block;
pub use convolutional::{ConvolutionalSpec, Decoder};
pub use dense::DenseSpec;
pub use initialization::Initialization;
pub use layer::{Layer, Operation, Part, Shape, Window};
pub use norm::Norm;
pub use variational::Variational;

/// An autoencoder: what `ae-models` builds from.
#[derive(Clone, Debug, PartialEq)]
pub enum ModelSpec {
    /// Fully connected layers.
    Dense(DenseSpec),
    /// Convolutions.
    Convolutional(ConvolutionalSpec),
}

impl ModelSpec {
    /// A dense model of these widths, ReLU everywhere, whose narrowest hidden layer is the code.
    pub fn dense(widths: &[usize]) -> Self {
        ModelSpec::Dense(DenseSpec {
            widths: widths.to_vec(),
            ..DenseSpec::default()
        })
    }

    /// The assignment's convolutional model with this decoder.
    pub fn convolutional(decoder: Decoder) -> Self {
        ModelSpec::Convolutional(ConvolutionalSpec {
            decoder,
            ..ConvolutionalSpec::default()
        })
    }

    /// Its layers from the image to the reconstruction.
    pub fn layers(&self) -> Vec<Layer> {
        match self {
            ModelSpec::Dense(dense) => dense.layers(),
            ModelSpec::Convolutional(convolutional) => convolutional.layers(),
        }
    }

    /// How many numbers describe an image between encoder and decoder.
    pub fn code_size(&self) -> usize {
        let layers = self.layers();
        let decoder = layers.iter().find(|layer| layer.part == Part::Decoder);
        decoder.expect("a model has a decoder").input.size()
    }

    /// The activation after the last layer.
    pub fn output(&self) -> Activation {
        let layers = self.layers();
        layers.last().expect("a model has layers").activation
    }

    /// The same model without batch normalizations, which a trained one's weights can have folded in. A
    /// tied layer with a normalization beside it then has weights of its own. A model without batch
    /// normalization stays as it is.
    pub fn without_batch_norm(&self) -> Self {
        match self {
            ModelSpec::Dense(dense) => ModelSpec::Dense(dense.without_batch_norm()),
            ModelSpec::Convolutional(model) => ModelSpec::Convolutional(model.without_batch_norm()),
        }
    }

    /// How its first weights are drawn.
    pub fn initialization(&self) -> Initialization {
        match self {
            ModelSpec::Dense(dense) => dense.initialization,
            ModelSpec::Convolutional(convolutional) => convolutional.initialization,
        }
    }

    /// How its code is variational, if it is.
    pub fn variational(&self) -> Option<Variational> {
        match self {
            ModelSpec::Dense(dense) => dense.variational,
            ModelSpec::Convolutional(convolutional) => convolutional.variational,
        }
    }

    /// How many numbers of the code stay for each image, if not all do.
    pub fn top_k(&self) -> Option<usize> {
        match self {
            ModelSpec::Dense(dense) => dense.top_k,
            ModelSpec::Convolutional(convolutional) => convolutional.top_k,
        }
    }

    /// How many numbers an image has: C H W.
    pub fn pixels(&self) -> usize {
        self.layers()[0].input.size()
    }

    /// The activation of the layer that gives the code, before any pooling and before `top_k`; linear
    /// for a model without layers.
    pub fn code_activation(&self) -> Activation {
        let layers = self.layers();
        let mut encoder = layers.iter().rev().filter(|l| l.part == Part::Encoder);
        let selects = |l: &&Layer| {
            matches!(
                l.operation,
                Operation::MaxPool { .. } | Operation::TopK { .. }
            )
        };
        encoder
            .find(|layer| !selects(layer))
            .map_or(Activation::Linear, |layer| layer.activation)
    }

    /// How many weights it has, biases included.
    pub fn parameters(&self) -> usize {
        self.layers().iter().map(Layer::parameters).sum()
    }

    /// How many numbers the image and the outputs of all layers have together.
    pub(super) fn outputs(&self) -> usize {
        let layers = self.layers();
        layers[0].input.size() + layers.iter().map(|l| l.output.size()).sum::<usize>()
    }

    /// A short description.
    pub fn describe(&self) -> String {
        match self {
            ModelSpec::Dense(dense) => dense.describe(),
            ModelSpec::Convolutional(convolutional) => convolutional.describe(),
        }
    }

    /// Checks that the model is for images of the set `data`, all of the size `image`. The error is a
    /// message that names the field.
    pub(super) fn fit_to(&mut self, image: Shape, data: &str) -> Result<(), String> {
        let numbers = image.size();
        match self {
            ModelSpec::Dense(dense) => {
                let widths = &dense.widths;
                if widths.first() == Some(&numbers) && widths.last() == Some(&numbers) {
                    return Ok(());
                }
                Err(format!(
                    "model.widths must begin and end with {numbers}, the numbers of an image of \
                     {data} ({image}), found {widths:?}"
                ))
            }
            ModelSpec::Convolutional(convolutional) => convolutional.fit_to(image, data),
        }
    }

    /// Checks the settings. The error is a message that names the field. `images` are the size
    /// and the name of the images if they are known.
    pub(super) fn check(&self, images: Option<(Shape, &str)>) -> Result<(), String> {
        match self {
            ModelSpec::Dense(dense) => dense.check(),
            ModelSpec::Convolutional(convolutional) => convolutional.check(images),
        }
    }
}
