use std::{collections::HashSet, path::Path};

use serde::{Deserialize, Serialize};

use crate::{Error, ModelSpec};

/// One experiment: everything that its result depends on, besides the data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Experiment {
    /// The name of its folder: letters, digits, `.`, `_` and `-`.
    pub id: String,
    /// Every random draw of the experiment follows from this number and the id.
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

    /// The first setting in which `other` differs, in words.
    pub fn difference(&self, other: &Experiment) -> Option<String> {
        let settings = |e: &Experiment| {
            [
                ("id", format!("{:?}", e.id)),
                ("seed", e.seed.to_string()),
                ("training_images", format!("{:?}", e.training_images)),
                ("model", format!("{:?}", e.model)),
                ("training", format!("{:?}", e.training)),
            ]
        };
        let pairs = settings(self).into_iter().zip(settings(other));
        pairs
            .into_iter()
            .find(|(here, there)| here != there)
            .map(|((name, here), (_, there))| format!("{name}: here {here}, there {there}"))
    }

    fn check_training(&self) -> Result<(), String> {
        if self.training_images == Some(0) {
            return Err("training_images must be at least 1, found 0".into());
        }
        let is_pca = matches!(self.model, ModelSpec::Pca { .. });
        match &self.training {
            None if is_pca => Ok(()),
            None => Err("training is missing: an autoencoder needs it".into()),
            Some(_) if is_pca => Err("training must be absent: PCA is fitted, not trained".into()),
            Some(training) => training.check(),
        }
    }
}

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
        real("learning_rate", self.learning_rate, 10.0)?;
        if self.learning_rate == 0.0 {
            return Err("training.learning_rate must be above 0, found 0".into());
        }
        real("noise", self.noise, 100.0)?;
        real("sparsity", self.sparsity, 1000.0)
    }
}

/// An id becomes a folder's name, so it may not leave the run folder or hide.
fn check_id(id: &str) -> Result<(), String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if id.is_empty() || id.len() > 64 || id.starts_with(['.', '-']) || !id.chars().all(allowed) {
        let shown: String = id.chars().take(64).collect();
        return Err(format!(
            "id must be 1 to 64 letters, digits, '.', '_' or '-', beginning with none of '.' and \
             '-', found {shown:?}"
        ));
    }
    Ok(())
}

/// Reads a user's list of experiments: a JSON array of [`Experiment`].
///
/// # Errors
/// A file that cannot be read, is larger than 1 MiB, is not such a list, holds an experiment that
/// [`Experiment::check`] refuses, or two of one id.
pub fn read_experiments(path: &Path) -> Result<Vec<Experiment>, Error> {
    const LARGEST: u64 = 1 << 20;
    let size = std::fs::metadata(path)
        .map_err(|source| Error::io("read", path, source))?
        .len();
    if size > LARGEST {
        return Err(Error::Format {
            path: path.to_owned(),
            problem: format!("expected a list of experiments of at most 1 MiB, found {size} bytes"),
        });
    }
    let text = std::fs::read_to_string(path).map_err(|source| Error::io("read", path, source))?;
    let experiments: Vec<Experiment> =
        serde_json::from_str(&text).map_err(|source| Error::Format {
            path: path.to_owned(),
            problem: format!("expected a JSON list of experiments: {source}"),
        })?;
    if experiments.is_empty() {
        return Err(Error::Format {
            path: path.to_owned(),
            problem: "expected at least one experiment, found none".into(),
        });
    }
    let mut seen = HashSet::new();
    for experiment in &experiments {
        experiment.check()?;
        if !seen.insert(&experiment.id) {
            return Err(Error::Setting {
                id: experiment.id.clone(),
                problem: "id stands twice in the list".into(),
            });
        }
    }
    Ok(experiments)
}
