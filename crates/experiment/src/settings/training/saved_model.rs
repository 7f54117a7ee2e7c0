//! The saved model whose weights a training begins with.

use std::{
    fmt::{self, Display},
    path::{Path, PathBuf},
};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A saved model: the folder of an experiment, or a safetensors file. A relative path begins at the
/// working directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct SavedModel(pub PathBuf);

impl SavedModel {
    /// The file of its weights.
    pub fn file(&self) -> PathBuf {
        let SavedModel(path) = self;
        if path.extension().is_some_and(|e| e == "safetensors") {
            path.clone()
        } else {
            path.join("model.safetensors")
        }
    }

    pub(super) fn check(&self) -> Result<(), String> {
        if self.0 == Path::new("") {
            return Err(
                "training.from must be the folder of an experiment or a safetensors file, found an \
                 empty path"
                    .to_owned(),
            );
        }
        Ok(())
    }
}

impl Display for SavedModel {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}", self.0.display())
    }
}
