//! `failures/NUMBER.json`: why an experiment cannot be computed. It would fail again, so no process tries
//! it until the file is removed.

use std::{fs, io::ErrorKind, path::PathBuf};

use durable_fs::{optional, quote_untrusted, read_at_most, write_atomically};
use serde::{Deserialize, Serialize};

use crate::{claim::MAX_RECORD, error::Error, folder::SweepFolder, owner::Owner};

/// Why an experiment cannot be computed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailureRecord {
    /// The experiment, as messages call it.
    pub name: String,
    /// The last line that was written about it.
    pub line: String,
    /// Who tried.
    pub owner: Owner,
}

impl FailureRecord {
    /// The last line about an experiment that cannot be computed; `None` if it has not failed. A record
    /// that cannot be understood is a failure too.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn line(sweep: &SweepFolder, number: usize) -> Result<Option<String>, Error> {
        let path = path(sweep, number);
        let Some(bytes) = optional(read_at_most(&path, MAX_RECORD))? else {
            return Ok(None);
        };
        let line = match serde_json::from_slice::<FailureRecord>(&bytes) {
            Ok(record) => record.line,
            Err(error) => format!("{}: {error}", path.display()),
        };
        Ok(Some(quote_untrusted(&line)))
    }

    /// Writes it.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn write(&self, sweep: &SweepFolder, number: usize) -> Result<(), Error> {
        let text = serde_json::to_string(self).expect("string keys only") + "\n";
        Ok(write_atomically(&path(sweep, number), text.as_bytes())?)
    }

    /// Removes the record of an experiment, if there is one.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn remove(sweep: &SweepFolder, number: usize) -> Result<(), Error> {
        let path = path(sweep, number);
        match fs::remove_file(&path) {
            Err(reason) if reason.kind() != ErrorKind::NotFound => {
                Err(Error::io("remove", &path, reason))
            }
            _ => Ok(()),
        }
    }
}

/// Where it is.
pub(crate) fn path(sweep: &SweepFolder, number: usize) -> PathBuf {
    sweep.failures().join(format!("{number}.json"))
}
