//! An experiment's folder to the bytes of a model.

use experiment::{ExperimentFolder, Method};
use prost::Message;

use crate::{ExportError, layers, pca};

/// A message of Protocol Buffers is smaller than 2 GiB.
const MAX_BYTES: usize = i32::MAX as usize;

/// The trained model of an experiment, from its settings and weights, as the bytes of an ONNX file:
/// see the crate's documentation. Batch normalizations are folded into the layers before them, dropout
/// is the identity, and the code of a variational model is its mean.
///
/// # Errors
/// A folder without settings or weights, weights that are not those of the settings, or a model too
/// large for one file.
pub fn export(folder: &ExperimentFolder) -> Result<Vec<u8>, ExportError> {
    let no_settings = || ExportError::NoSettings {
        path: folder.path().to_owned(),
    };
    let settings = folder.settings()?.ok_or_else(no_settings)?;
    let path = folder.model_path();
    let model = match &settings.method {
        Method::Pca { components } => pca::export(&path, &settings.id, *components)?,
        Method::Autoencoder { model, .. } => layers::export(&path, &settings.id, model)?,
    };
    let found = model.encoded_len();
    if found > MAX_BYTES {
        return Err(ExportError::TooLarge {
            path,
            max: MAX_BYTES,
            found,
        });
    }
    Ok(model.encode_to_vec())
}
