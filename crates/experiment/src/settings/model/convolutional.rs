//! Convolutional autoencoders: the assignment's, and any other list of blocks.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Activation, Block, Initialization, Norm, Variational,
    layer::{Layer, Operation, Part, Shape, Window},
    layers::Layers,
    words::describe_rest,
};
use crate::{IMAGE_SIDE, settings::bounds::whole};

/// Blocks of convolution, activation and max-pooling to a code, and one of three decoders that mirrors
/// them. Settings that are left out have those of [`ConvolutionalSpec::default`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ConvolutionalSpec {
    /// How the code becomes an image again.
    pub decoder: Decoder,
    /// Channels, rows and columns of an image; if absent, those of the images.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<[usize; 3]>,
    /// The encoder, from the image to the code.
    pub blocks: Vec<Block>,
    /// The activation of each layer but that of the code and the last.
    pub activation: Activation,
    /// The activation of the last block. If absent, `activation`; but linear for the decoder `unpool`,
    /// as printed in the notebook, and for the mean of a variational code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code_activation: Option<Activation>,
    /// The activation after the last layer.
    pub output: Activation,
    /// How many numbers of the code stay for each image: see [`super::DenseSpec::top_k`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_k: Option<usize>,
    /// Whether and how the code is variational. Mean and variance are convolutions of 1 x 1 of what the
    /// blocks give.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variational: Option<Variational>,
    /// How the first weights are drawn.
    pub initialization: Initialization,
}

/// The decoder of a convolutional model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Decoder {
    /// Max-unpooling, then convolutions.
    #[default]
    Unpool,
    /// Transposed convolutions with the stride of a block and its pooling together.
    Deconv,
    /// Max-unpooling, then transposed convolutions with the stride of a block.
    DeconvUnpool,
}

impl Default for ConvolutionalSpec {
    /// The assignment's first: three blocks to a code of 16 filters of 3 x 3, ReLU.
    fn default() -> Self {
        let block = |filters| Block {
            filters,
            ..Block::default()
        };
        ConvolutionalSpec {
            decoder: Decoder::Unpool,
            image: None,
            blocks: vec![block(8), block(16), block(16)],
            activation: Activation::Relu,
            code_activation: None,
            output: Activation::Relu,
            top_k: None,
            variational: None,
            initialization: Initialization::default(),
        }
    }
}

/// Channels, rows and columns of MNIST's images.
const DEFAULT_IMAGE: [usize; 3] = [1, IMAGE_SIDE, IMAGE_SIDE];
/// How often the sides of [`DEFAULT_IMAGE`] are doubled at most, to find images that are large enough.
const MAX_DOUBLINGS: u32 = 5;
const MAX_WEIGHTS: usize = 100_000_000;

impl ConvolutionalSpec {
    /// Whether its layers are those of one of the assignment's three models.
    pub fn is_of_assignment(&self) -> bool {
        let assignments = ConvolutionalSpec {
            decoder: self.decoder,
            ..ConvolutionalSpec::default()
        };
        self.variational.is_none() && self.layers() == assignments.layers()
    }

    /// The layers; none of a model that [`ConvolutionalSpec::check`] refuses. Until the size of the
    /// images is known, those for images of 28 x 28, or for larger ones if the blocks need them.
    pub(super) fn layers(&self) -> Vec<Layer> {
        self.build_for(self.image).unwrap_or_default()
    }

    /// See [`super::ModelSpec::without_batch_norm`].
    pub(super) fn without_batch_norm(&self) -> Self {
        let mut plain = self.clone();
        let blocks = plain.blocks.iter_mut();
        for block in blocks.filter(|block| block.norm == Norm::Batch) {
            block.norm = Norm::None;
        }
        plain
    }

    fn build_for(&self, image: Option<[usize; 3]>) -> Result<Vec<Layer>, String> {
        let Some(image) = image else {
            let [channels, rows, columns] = DEFAULT_IMAGE;
            let larger =
                |doublings| self.build([channels, rows << doublings, columns << doublings]);
            let smallest = (0..MAX_DOUBLINGS).find_map(|doublings| larger(doublings).ok());
            return smallest.map_or_else(|| larger(MAX_DOUBLINGS), Ok);
        };
        self.build(image)
    }

    fn build(&self, [channels, rows, columns]: [usize; 3]) -> Result<Vec<Layer>, String> {
        let mut layers = Layers::new(Shape {
            channels,
            rows,
            columns,
        });
        // For each block what it takes, what its convolution gives, and which pooling it has.
        let mut way = Vec::new();
        let mut pools = 0;
        for (index, block) in self.blocks.iter().enumerate() {
            let (input, window) = (layers.shape, block.window());
            let map = (window.positions(input.rows)).zip(window.positions(input.columns));
            let map = map.filter(|(rows, columns)| (*rows).min(*columns) >= block.pool);
            let Some((rows, columns)) = map else {
                return Err(format!(
                    "model.blocks[{index}] leaves no pixel of an input of {} x {}: expected fewer \
                     blocks, smaller kernels or less pooling",
                    input.rows, input.columns
                ));
            };
            let map = Shape {
                channels: block.filters,
                rows,
                columns,
            };
            let activation = if index + 1 == self.blocks.len() {
                self.activation_of_last_block()
            } else {
                self.activation
            };
            let name = format!("encoder_conv{}", index + 1);
            let operation = Operation::Convolution(window);
            let norm = block.norm;
            layers.add_normalized(Part::Encoder, &name, operation, norm, activation, map)?;
            let mut pool = None;
            if block.pool > 1 {
                let size = block.pool;
                let pooled = Shape {
                    channels: block.filters,
                    rows: rows / size,
                    columns: columns / size,
                };
                let operation = Operation::MaxPool { size };
                layers.add(Part::Encoder, None, operation, Activation::Linear, pooled);
                pool = Some(pools);
                pools += 1;
            }
            way.push((input, map, pool));
        }
        self.add_code(&mut layers);
        for (index, (block, (input, map, pool))) in self.blocks.iter().zip(way).enumerate().rev() {
            self.add_decoder_layer(&mut layers, index, block, (input, map, pool))?;
        }
        Ok(layers.layers)
    }

    fn activation_of_last_block(&self) -> Activation {
        match (self.code_activation, self.decoder) {
            _ if self.variational.is_some() => self.activation,
            (Some(activation), _) => activation,
            // As printed in the notebook.
            (None, Decoder::Unpool) => Activation::Linear,
            (None, _) => self.activation,
        }
    }

    fn add_code(&self, layers: &mut Layers) {
        if self.variational.is_some() {
            let one_pixel = Operation::Convolution(Window {
                kernel: 1,
                stride: 1,
                padding: 0,
            });
            let (name, shape) = (Some("mean".to_owned()), layers.shape);
            layers.add(Part::Encoder, name, one_pixel, Activation::Linear, shape);
            layers.add_log_variance();
        }
        if let Some(k) = self.top_k {
            layers.add_plain(Part::Encoder, Operation::TopK { k });
        }
    }

    /// Undoes the block at `index`, of which are given what it takes, what its convolution gives, and
    /// its pooling. The layers of the decoder count from 1 at the code.
    fn add_decoder_layer(
        &self,
        layers: &mut Layers,
        index: usize,
        block: &Block,
        (input, map, pool): (Shape, Shape, Option<usize>),
    ) -> Result<(), String> {
        let number = self.blocks.len() - index;
        let before = index.checked_sub(1).map(|before| self.blocks[before]);
        if let (Some(pool), Decoder::Unpool | Decoder::DeconvUnpool) = (pool, self.decoder) {
            let operation = Operation::MaxUnpool { pool };
            layers.add(Part::Decoder, None, operation, Activation::Linear, map);
        }
        let is_same = (map.rows, map.columns) == (input.rows, input.columns);
        let operation = match self.decoder {
            Decoder::Unpool if !is_same => {
                return Err(format!(
                    "model.decoder is unpool, which needs blocks of stride 1 and odd kernels, found \
                     model.blocks[{index}] from {} x {} to {} x {}; expected deconv or deconv-unpool",
                    input.rows, input.columns, map.rows, map.columns
                ));
            }
            // As in the notebook, the first layer of this decoder is the identity where it can be.
            Decoder::Unpool
                if number == 1 && before.is_some_and(|b| b.filters == block.filters) =>
            {
                return Ok(());
            }
            Decoder::Unpool => Operation::Convolution(block.window()),
            Decoder::DeconvUnpool => Operation::TransposedConvolution(block.window()),
            Decoder::Deconv => {
                let window = block.window_back(layers.shape, input).ok_or_else(|| {
                    format!(
                        "model.decoder is deconv, which cannot undo model.blocks[{index}] from {} x \
                         {} to {} x {}: expected another stride or kernel",
                        input.rows, input.columns, layers.shape.rows, layers.shape.columns
                    )
                })?;
                Operation::TransposedConvolution(window)
            }
        };
        let name = format!("decoder_conv{number}");
        let (norm, activation) = match before {
            Some(before) => (before.norm, self.activation),
            None => (Norm::None, self.output),
        };
        layers.add_normalized(Part::Decoder, &name, operation, norm, activation, input)
    }

    /// See [`super::ModelSpec::fit_to`]. The size of the images is set if it is absent.
    pub(super) fn fit_to(&mut self, image: Shape, data: &str) -> Result<(), String> {
        let found = [image.channels, image.rows, image.columns];
        match self.image {
            None if found == DEFAULT_IMAGE => {}
            None => self.image = Some(found),
            Some(expected) if expected == found => {}
            Some(expected) => {
                return Err(format!(
                    "model.image must be {found:?}, the size of an image of {data}, or absent, \
                     found {expected:?}"
                ));
            }
        }
        self.check(Some((image, data)))
    }

    /// A short description.
    pub(super) fn describe(&self) -> String {
        let decoder = match self.decoder {
            Decoder::Unpool => "unpooling",
            Decoder::Deconv => "transposed convolution",
            Decoder::DeconvUnpool => "unpooling and transposed convolution",
        };
        let mut text = format!("convolutional, {decoder}");
        let default = ConvolutionalSpec::default();
        if self.blocks != default.blocks {
            let blocks: Vec<String> = self.blocks.iter().map(Block::describe).collect();
            text += &format!(", filters {}", blocks.join("-"));
        }
        if self.activation != default.activation {
            text += &format!(", {}", self.activation.name());
        }
        if let Some(Variational { beta }) = self.variational {
            text += &format!(", variational code (beta {beta})");
        } else if let Some(activation) = self.code_activation {
            text += &format!(", {} code", activation.name());
        }
        if self.output != self.activation {
            text += &format!(", {} on the output", self.output.name());
        }
        text + &describe_rest(self.top_k, self.initialization)
    }

    /// See [`super::ModelSpec::check`]. If the settings do not say the size of the images either, what
    /// depends on it waits for [`ConvolutionalSpec::fit_to`].
    pub(super) fn check(&self, images: Option<(Shape, &str)>) -> Result<(), String> {
        let known = images.map(|(image, _)| [image.channels, image.rows, image.columns]);
        let image = self.image.or(known);
        let [channels, rows, columns] = image.unwrap_or(DEFAULT_IMAGE);
        whole("model.image's channels", channels, 1..=64)?;
        whole("model.image's rows", rows, 1..=1024)?;
        whole("model.image's columns", columns, 1..=1024)?;
        whole("the number of model.blocks", self.blocks.len(), 1..=16)?;
        for (index, block) in self.blocks.iter().enumerate() {
            block.check(index)?;
        }
        if self.initialization == Initialization::Sparse {
            return Err(
                "model.initialization of a convolutional model must be pytorch, he or glorot, \
                 found sparse"
                    .to_owned(),
            );
        }
        let of_images = |problem| match images {
            Some((image, data)) => format!("{problem}; an image of {data} is {image}"),
            None => problem,
        };
        let layers = self.build_for(image).map_err(of_images)?;
        let weights: usize = layers.iter().map(Layer::parameters).sum();
        if weights > MAX_WEIGHTS {
            return Err(format!(
                "model.blocks must give at most {MAX_WEIGHTS} weights, found {weights}"
            ));
        }
        if let Some(found) = self.top_k {
            let code = layers.iter().find(|layer| layer.part == Part::Decoder);
            let size = code.map_or(1, |layer| layer.input.size());
            // At least one is asked whatever the images are.
            let max = if image.is_some() {
                size
            } else {
                size.max(found)
            };
            whole("model.top_k", found, 1..=max).map_err(of_images)?;
        }
        match self.variational {
            Some(variational) => variational.check(self.code_activation, self.top_k),
            None => Ok(()),
        }
    }
}
