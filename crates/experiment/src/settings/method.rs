//! What is done with the training images.

use super::{DenseSpec, ModelSpec, Operation, Shape, Sparsity, Training, bounds::whole};

/// Maximum number of components of a PCA.
const MAX_COMPONENTS: usize = 16_384;

/// How an experiment makes images into codes and back.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "there are few experiments, and PCA is the rare one"
)]
pub enum Method {
    /// Principal component analysis, which is fitted; nothing in it is random.
    Pca {
        /// How many components are kept: the numbers that describe an image.
        components: usize,
    },
    /// A model that is trained.
    Autoencoder {
        /// What is trained.
        model: ModelSpec,
        /// How it is trained.
        training: Training,
    },
}

impl Default for Method {
    /// The dense autoencoder of [`DenseSpec::default`], trained as [`Training::default`] says.
    fn default() -> Self {
        Method::Autoencoder {
            model: ModelSpec::Dense(DenseSpec::default()),
            training: Training::default(),
        }
    }
}

impl Method {
    /// Whether it is PCA.
    pub fn is_pca(&self) -> bool {
        matches!(self, Method::Pca { .. })
    }

    /// The model, unless it is PCA.
    pub fn model(&self) -> Option<&ModelSpec> {
        match self {
            Method::Pca { .. } => None,
            Method::Autoencoder { model, .. } => Some(model),
        }
    }

    /// How it is trained; `None` for PCA, which is fitted.
    pub fn training(&self) -> Option<&Training> {
        match self {
            Method::Pca { .. } => None,
            Method::Autoencoder { training, .. } => Some(training),
        }
    }

    /// Like [`Method::training`], mutable.
    pub fn training_mut(&mut self) -> Option<&mut Training> {
        match self {
            Method::Pca { .. } => None,
            Method::Autoencoder { training, .. } => Some(training),
        }
    }

    /// Whether `other` has the same layers, or as many components, however it is trained.
    pub fn has_model_of(&self, other: &Method) -> bool {
        match (self, other) {
            (Method::Pca { components }, Method::Pca { components: others }) => {
                components == others
            }
            (Method::Autoencoder { model, .. }, Method::Autoencoder { model: other, .. }) => {
                model.layers() == other.layers()
            }
            _ => false,
        }
    }

    /// How many numbers describe an image.
    pub fn code_size(&self) -> usize {
        match self {
            Method::Pca { components } => *components,
            Method::Autoencoder { model, .. } => model.code_size(),
        }
    }

    /// The model in a few words.
    pub fn describe(&self) -> String {
        match self {
            Method::Pca { components: 1 } => "PCA, 1 component".to_owned(),
            Method::Pca { components } => format!("PCA, {components} components"),
            Method::Autoencoder { model, .. } => model.describe(),
        }
    }

    /// Checks the settings against images of the set `data`, all of the size `image`. The error is a
    /// message that names the field.
    pub(super) fn fit_to(&mut self, image: Shape, data: &str) -> Result<(), String> {
        let numbers = image.size();
        match self {
            Method::Pca { components } if *components > numbers => Err(format!(
                "model.components must be at most {numbers}, the numbers of an image of {data}, \
                 found {components}"
            )),
            Method::Pca { .. } => Ok(()),
            Method::Autoencoder { model, training } => {
                let mut changes = training.augmentation.iter();
                changes.try_for_each(|change| change.fit_to(image, data))?;
                model.fit_to(image, data)
            }
        }
    }

    /// Checks the settings. The error is a message that names the field. `images` are the size
    /// and the name of the images if they are known.
    pub(super) fn check(&self, images: Option<(Shape, &str)>) -> Result<(), String> {
        match self {
            Method::Pca { components } => {
                whole("model.components", *components, 1..=MAX_COMPONENTS)
            }
            Method::Autoencoder { model, training } => {
                model.check(images)?;
                training.check()?;
                check_loss(model, training)?;
                check_sparsity(model, training)?;
                check_batch_size(model, training)?;
                check_memory(model, training)
            }
        }
    }
}

fn check_loss(model: &ModelSpec, training: &Training) -> Result<(), String> {
    let (loss, output) = (training.loss, model.output());
    if loss.accepts(output) {
        return Ok(());
    }
    Err(format!(
        "training.loss is {}, which needs a model whose outputs are from 0 to 1, found {} as its last \
         activation; set model.output to \"sigmoid\"",
        loss.name(),
        output.name()
    ))
}

fn check_sparsity(model: &ModelSpec, training: &Training) -> Result<(), String> {
    match training.sparsity {
        Sparsity::Kl { .. } if !model.code_activation().is_probability() => Err(
            "training.sparsity is of the kind kl, which needs a code from 0 to 1: set \
             model.code_activation to \"sigmoid\""
                .to_owned(),
        ),
        _ => Ok(()),
    }
}

fn check_batch_size(model: &ModelSpec, training: &Training) -> Result<(), String> {
    let layers = model.layers();
    let has_batch_norm = layers.iter().any(|l| l.operation == Operation::BatchNorm);
    if has_batch_norm && training.batch_size < 2 {
        return Err(format!(
            "training.batch_size must be at least 2 for a batch normalization, found {}",
            training.batch_size
        ));
    }
    Ok(())
}

/// Limits the memory that a batch takes in addition to the weights.
fn check_memory(model: &ModelSpec, training: &Training) -> Result<(), String> {
    /// With their gradients, they take 8 GiB.
    const MAX_OUTPUTS: usize = 1 << 30;
    let outputs = training.batch_size * model.outputs();
    if outputs > MAX_OUTPUTS {
        return Err(format!(
            "training.batch_size times the outputs of all layers, {}, must be at most \
             {MAX_OUTPUTS}, found {outputs}",
            model.outputs()
        ));
    }
    Ok(())
}
