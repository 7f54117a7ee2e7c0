//! A run folder with what its experiments share.

use std::sync::Arc;

use durable_fs::quote_untrusted;
use experiment::{DataRecord, Experiment, RunFolder, RunRecord};

use super::source::Source;
use crate::error::Error;

/// A run folder that was read.
#[derive(Debug)]
pub struct OpenedFolder {
    /// Its name in a comparison of several; empty if it is the only one.
    pub name: String,
    /// What its experiments share.
    pub record: RunRecord,
    /// The beginning of the names of its experiments.
    pub prefix: String,
    /// The path from the report to it, empty or with a slash at the end.
    pub link: String,
    /// The folder itself.
    pub folder: RunFolder,
}

impl OpenedFolder {
    /// One of its files, as the report refers to it.
    pub fn source(&self, file: &str) -> Source {
        Source::new(format!("{}{file}", self.link))
    }

    /// The record of an experiment's images.
    ///
    /// # Errors
    /// [`Error::Content`] if `run.json` does not have it.
    pub fn images(&self, settings: &Experiment) -> Result<Arc<DataRecord>, Error> {
        let key = settings.data.key();
        let data = self.record.data.get(&key).ok_or_else(|| Error::Content {
            path: self.folder.path().join("run.json"),
            expected: format!("a record of the images {}", quote_untrusted(&key)),
            found: "none".into(),
        })?;
        Ok(Arc::new(data.clone()))
    }
}
