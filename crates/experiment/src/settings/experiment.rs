//! One experiment, and its form in JSON.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ConvolutionalSpec, Data, DenseSpec, Method, ModelSpec, Shape, Training};
use crate::{Error, IMAGE_SIDE};

/// One experiment: everything that its result depends on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Fields", into = "Fields")]
pub struct Experiment {
    /// The name of its folder: letters, digits, `.`, `_` and `-`.
    pub id: String,
    /// Every random draw follows from this number: experiments of one seed begin alike.
    pub seed: u64,
    /// The images that it is trained and tested on.
    pub data: Data,
    /// How many training images are used, from the first; all of them if absent.
    pub training_images: Option<usize>,
    /// What is done with them.
    pub method: Method,
}

impl Default for Experiment {
    /// A dense autoencoder without a name.
    fn default() -> Self {
        Experiment {
            id: String::new(),
            seed: Self::DEFAULT_SEED,
            data: Data::default(),
            training_images: None,
            method: Method::default(),
        }
    }
}

impl Experiment {
    /// The seed of an experiment that names none: with it no model of the assignment dies at the
    /// start, and the losses come near the notebook's. `docs/results.md` says how often others do.
    pub const DEFAULT_SEED: u64 = 13;

    fn default_seed() -> u64 {
        Self::DEFAULT_SEED
    }

    /// Checks every field. Where the images are not MNIST, their size is not known yet:
    /// [`Experiment::fit_to`] checks what depends on it.
    ///
    /// # Errors
    /// [`Error::Setting`] with the experiment, the field, what was expected and what was found.
    pub fn check(&self) -> Result<(), Error> {
        let mnist = Shape::square(1, IMAGE_SIDE);
        let images = self.data.is_default().then_some((mnist, Data::MNIST));
        check_id(&self.id)
            .and_then(|()| self.data.check())
            .and_then(|()| self.check_training_images())
            .and_then(|()| self.method.check(images))
            .map_err(|problem| self.wrong(problem))
    }

    /// Completes and checks what depends on the size of the images, `image`: what it asks of the
    /// model must be possible with them.
    ///
    /// # Errors
    /// [`Error::Setting`], like [`Experiment::check`].
    pub fn fit_to(&mut self, image: Shape) -> Result<(), Error> {
        let data = self.data.to_string();
        self.method
            .fit_to(image, &data)
            .map_err(|problem| Error::Setting {
                id: self.id.clone(),
                problem,
            })
    }

    /// Whether `id` can be the name of an experiment. A folder gets this name, so it may neither
    /// leave the run folder nor be hidden.
    pub fn is_id(id: &str) -> bool {
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        (1..=64).contains(&id.len()) && !id.starts_with(['.', '-']) && id.chars().all(allowed)
    }

    /// The minimum memory that training on `images` images of `numbers` numbers each takes on the CPU,
    /// in bytes: 32-bit floats for the weights, their gradients and what the optimizer keeps, and for
    /// the outputs of all layers. The assignment's convolutional models go through their layers image
    /// by image. PCA takes the covariance and its eigenvectors in 64 bits, or, of fewer images than
    /// numbers, the images twice, their products and the eigenvectors of these.
    pub fn min_memory(&self, images: usize, numbers: usize) -> u64 {
        let Method::Autoencoder { model, training } = &self.method else {
            let side = numbers.min(images);
            let copies = if images < numbers {
                2 * images * numbers
            } else {
                0
            };
            return 8 * (2 * side * side + copies) as u64;
        };
        let outputs = match model {
            ModelSpec::Convolutional(convolutional) if convolutional.is_of_assignment() => 0,
            _ => training.batch_size.min(images) * model.outputs(),
        };
        let copies = 2 + training.optimizer.state_per_weight() + training.weight_copies();
        4 * (copies * model.parameters() + outputs) as u64
    }

    /// Checks that `training.validation` leaves some of `images` training images to train on.
    ///
    /// # Errors
    /// [`Error::Setting`].
    pub fn check_images(&self, images: usize) -> Result<(), Error> {
        self.check_validation(images)
            .map_err(|problem| self.wrong(problem))
    }

    fn check_validation(&self, images: usize) -> Result<(), String> {
        let validation = self.method.training().and_then(|t| t.validation);
        validation.map_or(Ok(()), |validation| validation.check_images(images))
    }

    fn wrong(&self, problem: String) -> Error {
        Error::Setting {
            id: self.id.chars().take(64).collect(),
            problem,
        }
    }

    fn check_training_images(&self) -> Result<(), String> {
        let min = if self.method.is_pca() { 2 } else { 1 };
        match self.training_images {
            Some(found) if found < min => Err(format!(
                "training_images must be at least {min}, found {found}"
            )),
            Some(images) => self.check_validation(images),
            None => Ok(()),
        }
    }
}

fn check_id(id: &str) -> Result<(), String> {
    if !Experiment::is_id(id) {
        let shown: String = id.chars().take(64).collect();
        return Err(format!(
            "id must be 1 to 64 letters, digits, '.', '_' or '-', the first of them neither '.' nor \
             '-', found {shown:?}"
        ));
    }
    Ok(())
}

/// An experiment as it is written in a file: PCA is a kind of model there, which has no training.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Fields {
    /// The name of the folder of its results: 1 to 64 letters, digits, `.`, `_` and `-`.
    id: String,
    /// Every random draw follows from it.
    #[serde(default = "Experiment::default_seed")]
    seed: u64,
    /// The images: the name of a known set or a path, or settings.
    #[serde(default, skip_serializing_if = "Data::is_default")]
    data: Data,
    /// How many training images are used, from the first; all of them if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    training_images: Option<usize>,
    /// What is trained or fitted.
    model: ModelFields,
    /// How it is trained; PCA has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    training: Option<Training>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum ModelFields {
    /// Principal component analysis.
    Pca(PcaFields),
    Dense(DenseSpec),
    Convolutional(ConvolutionalSpec),
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct PcaFields {
    /// How many components are kept: the numbers that describe an image.
    components: usize,
}

impl Default for PcaFields {
    /// As many as the assignment keeps.
    fn default() -> Self {
        PcaFields { components: 30 }
    }
}

impl TryFrom<Fields> for Experiment {
    type Error = String;

    fn try_from(fields: Fields) -> Result<Self, String> {
        let autoencoder = |model| Method::Autoencoder {
            model,
            training: fields.training.clone().unwrap_or_default(),
        };
        let method = match fields.model {
            ModelFields::Pca(PcaFields { components }) => {
                if fields.training.is_some() {
                    return Err("training must be absent: PCA is fitted, not trained".to_owned());
                }
                Method::Pca { components }
            }
            ModelFields::Dense(dense) => autoencoder(ModelSpec::Dense(dense)),
            ModelFields::Convolutional(model) => autoencoder(ModelSpec::Convolutional(model)),
        };
        Ok(Experiment {
            id: fields.id,
            seed: fields.seed,
            data: fields.data,
            training_images: fields.training_images,
            method,
        })
    }
}

impl From<Experiment> for Fields {
    fn from(experiment: Experiment) -> Self {
        let (model, training) = match experiment.method {
            Method::Pca { components } => (ModelFields::Pca(PcaFields { components }), None),
            Method::Autoencoder { model, training } => match model {
                ModelSpec::Dense(dense) => (ModelFields::Dense(dense), Some(training)),
                ModelSpec::Convolutional(model) => {
                    (ModelFields::Convolutional(model), Some(training))
                }
            },
        };
        Fields {
            id: experiment.id,
            seed: experiment.seed,
            data: experiment.data,
            training_images: experiment.training_images,
            model,
            training,
        }
    }
}
