//! The weights that a training begins with: random, or those of a saved model.

use ae_models::Autoencoder;
use durable_fs::{checksums::file_sha256, quote_untrusted};
use experiment::{Experiment, SavedModel};

use crate::Error;

/// The saved model that a training begins with.
pub(crate) struct Start<'a> {
    experiment: &'a Experiment,
    model: &'a SavedModel,
    /// SHA-256 of its file.
    pub(crate) sha256: String,
}

impl<'a> Start<'a> {
    /// Finds the saved model.
    pub(crate) fn new(experiment: &'a Experiment, model: &'a SavedModel) -> Result<Self, Error> {
        let sha256 = file_sha256(&model.file()).map_err(|e| wrong(experiment, e.into()))?;
        Ok(Start {
            experiment,
            model,
            sha256,
        })
    }

    /// Gives the weights to a model of the same layers.
    pub(crate) fn load(&self, model: &mut Autoencoder) -> Result<(), Error> {
        let loaded = model.parameters_mut().load(&self.model.file());
        loaded.map_err(|error| wrong(self.experiment, error.into()))
    }

    /// Checks that it is the one of digest `recorded`.
    pub(crate) fn check(&self, recorded: Option<&str>) -> Result<(), Error> {
        if recorded == Some(&self.sha256) {
            return Ok(());
        }
        Err(Error::SavedModel {
            id: self.experiment.id.clone(),
            problem: format!(
                "{}: expected the file of SHA-256 {}, with which the training began, found {}; put that \
                 file back, or delete the experiment's folder to begin anew",
                self.model.file().display(),
                quote_untrusted(recorded.unwrap_or("none")),
                self.sha256
            ),
        })
    }
}

fn wrong(experiment: &Experiment, error: Error) -> Error {
    Error::SavedModel {
        id: experiment.id.clone(),
        problem: error.with_causes(),
    }
}
