use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use durable_fs::quote_untrusted;

use crate::{Error, ModelSpec};

/// One experiment: everything that its result depends on, besides the data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Experiment {
    /// The name of its folder: letters, digits, `.`, `_` and `-`.
    pub id: String,
    /// Every random draw of the training follows from this number and the id; those of the
    /// evaluation from this number alone, so that models are compared on the same noise.
    #[serde(default = "Experiment::default_seed")]
    pub seed: u64,
    /// Only the first so many training images are used; all of them if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub training_images: Option<usize>,
    /// What is trained.
    pub model: ModelSpec,
    /// How it is trained; absent for PCA, which is fitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub training: Option<Training>,
}

/// How an autoencoder is trained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Training {
    /// Passes over the training images.
    pub epochs: usize,
    /// Images a step; the last batch of an epoch may be smaller, and counts.
    pub batch_size: usize,
    /// Adam's step size.
    pub learning_rate: f64,
    /// Standard deviation of the Gaussian noise added to the inputs, at 0-1 scale; 0 for none.
    #[serde(default)]
    pub noise: f64,
    /// Weight of the sum of |code| over the hidden units and the batch, added to the mean
    /// squared error; 0 for none.
    #[serde(default)]
    pub sparsity: f64,
}

impl Experiment {
    /// The seed of an experiment that names none: with it no model of the assignment dies at the
    /// start, and the losses come near the notebook's. The README says how often it is otherwise.
    pub const DEFAULT_SEED: u64 = 12;

    fn default_seed() -> u64 {
        Self::DEFAULT_SEED
    }

    /// Checks every field.
    ///
    /// # Errors
    /// [`Error::Setting`] with the experiment, the field, what was expected and what was found.
    pub fn check(&self) -> Result<(), Error> {
        check_id(&self.id)
            .and_then(|()| self.model.check())
            .and_then(|()| self.check_training())
            .map_err(|problem| Error::Setting {
                id: self.id.chars().take(64).collect(),
                problem,
            })
    }

    /// Whether `id` can be the name of an experiment. It becomes a folder's, so it may not leave the
    /// run folder or hide.
    pub fn is_id(id: &str) -> bool {
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        (1..=64).contains(&id.len()) && !id.starts_with(['.', '-']) && id.chars().all(allowed)
    }

    /// The first setting in which `other` differs, in words.
    pub fn difference(&self, other: &Experiment) -> Option<String> {
        let json = |e| serde_json::to_value(e).expect("settings have string keys only");
        first_difference("", &json(self), &json(other))
    }

    fn check_training(&self) -> Result<(), String> {
        let is_pca = matches!(self.model, ModelSpec::Pca { .. });
        let least = if is_pca { 2 } else { 1 };
        if let Some(found) = self.training_images.filter(|&found| found < least) {
            return Err(format!(
                "training_images must be at least {least}, found {found}"
            ));
        }
        match &self.training {
            None if is_pca => Ok(()),
            None => Err("training is missing: an autoencoder needs it".into()),
            Some(_) if is_pca => Err("training must be absent: PCA is fitted, not trained".into()),
            Some(training) => training.check().and_then(|()| self.check_memory(training)),
        }
    }
}

impl Experiment {
    /// What training on `images` images takes at the very least on the CPU, in bytes: 32-bit floats
    /// for the weights, their gradients and both of Adam's moments, and for the outputs of all
    /// layers. Convolutional models go through their layers image by image, and are small.
    pub fn least_memory(&self, images: usize) -> u64 {
        let Some(training) = &self.training else {
            return 0;
        };
        match self.model {
            ModelSpec::Dense { .. } => {
                let batch = training.batch_size.min(images);
                4 * (4 * self.model.weights() + batch * self.model.outputs()) as u64
            }
            ModelSpec::Convolutional { .. } | ModelSpec::Pca { .. } => 0,
        }
    }

    /// What a batch takes in memory beside the weights.
    fn check_memory(&self, training: &Training) -> Result<(), String> {
        /// With their gradients 8 GiB.
        const MOST_OUTPUTS: usize = 1 << 30;
        let outputs = training.batch_size * self.model.outputs();
        if outputs > MOST_OUTPUTS {
            return Err(format!(
                "training.batch_size times the outputs of all layers, {}, must be at most \
                 {MOST_OUTPUTS}, found {outputs}",
                self.model.outputs()
            ));
        }
        Ok(())
    }
}

/// A step of less changes no weight: Adam moves each by about so much.
const SMALLEST_RATE: f64 = 1e-12;

impl Training {
    fn check(&self) -> Result<(), String> {
        let whole = |field: &str, found: usize, most: usize| {
            if (1..=most).contains(&found) {
                Ok(())
            } else {
                Err(format!(
                    "training.{field} must be from 1 to {most}, found {found}"
                ))
            }
        };
        let real = |field: &str, found: f64, most: f64| {
            if (0.0..=most).contains(&found) {
                Ok(())
            } else {
                Err(format!(
                    "training.{field} must be from 0 to {most}, found {found}"
                ))
            }
        };
        whole("epochs", self.epochs, 100_000)?;
        whole("batch_size", self.batch_size, 60_000)?;
        if !(SMALLEST_RATE..=10.0).contains(&self.learning_rate) {
            return Err(format!(
                "training.learning_rate must be from {SMALLEST_RATE:e} to 10, found {}",
                self.learning_rate
            ));
        }
        real("noise", self.noise, 100.0)?;
        real("sparsity", self.sparsity, 1000.0)
    }
}

fn first_difference(field: &str, here: &Value, there: &Value) -> Option<String> {
    if let (Value::Object(ours), Value::Object(theirs)) = (here, there) {
        let names: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
        return names.into_iter().find_map(|name| {
            let of = |fields: &Map<String, Value>| fields.get(name).cloned().unwrap_or_default();
            let field = match field {
                "" => name.clone(),
                outer => format!("{outer}.{name}"),
            };
            first_difference(&field, &of(ours), &of(theirs))
        });
    }
    let shown = |value: &Value| match value {
        Value::Null => "absent".to_owned(),
        value => quote_untrusted(&value.to_string()),
    };
    (here != there).then(|| format!("{field}: here {}, there {}", shown(here), shown(there)))
}

fn check_id(id: &str) -> Result<(), String> {
    if !Experiment::is_id(id) {
        let shown: String = id.chars().take(64).collect();
        return Err(format!(
            "id must be 1 to 64 letters, digits, '.', '_' or '-', beginning with none of '.' and \
             '-', found {shown:?}"
        ));
    }
    Ok(())
}
