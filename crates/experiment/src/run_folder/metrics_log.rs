//! `metrics.jsonl`: a line for each step, each epoch and each measurement of errors.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    path::{Path, PathBuf},
};

use durable_fs::{hexadecimal, open, optional, quote_untrusted};
use sha2::{Digest, Sha256};

use super::files::write_text;
use crate::{error::Error, records::Metric};

/// Maximum length of a line in bytes: ten times that of the longest one a run writes.
const MAX_LINE: u64 = 4096;

/// `metrics.jsonl` of a training in progress. It is appended to: rewriting it would take time that
/// grows with the square of the epochs.
#[derive(Debug)]
pub struct MetricsLog {
    path: PathBuf,
    hasher: Sha256,
}

impl MetricsLog {
    /// Replaces the file at `path`.
    pub(crate) fn create(path: PathBuf, metrics: &[Metric]) -> Result<Self, Error> {
        let lines = lines(metrics);
        write_text(&path, &lines)?;
        let hasher = Sha256::new_with_prefix(lines);
        Ok(MetricsLog { path, hasher })
    }

    /// Appends a line for each of `metrics`.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn append(&mut self, metrics: &[Metric]) -> Result<(), Error> {
        let lines = lines(metrics);
        let append = || {
            let mut file = fs::OpenOptions::new().append(true).open(&self.path)?;
            file.write_all(lines.as_bytes())?;
            file.sync_data()
        };
        append().map_err(|e| Error::io("write", &self.path, e))?;
        self.hasher.update(lines);
        Ok(())
    }

    /// SHA-256 of all lines so far, 64 hexadecimal digits.
    pub fn sha256(&self) -> String {
        hexadecimal(&self.hasher.clone().finalize())
    }
}

/// SHA-256 of the lines of `metrics`, 64 hexadecimal digits.
pub fn metrics_sha256(metrics: &[Metric]) -> String {
    hexadecimal(&Sha256::digest(lines(metrics)))
}

fn lines(metrics: &[Metric]) -> String {
    let line = |metric| serde_json::to_string(metric).expect("a metric has string keys only");
    metrics.iter().map(|metric| line(metric) + "\n").collect()
}

/// Reads a log line by line; empty if there is no such file. A last line without a line feed was
/// interrupted while it was written, and is dropped.
pub(crate) fn read(path: &Path) -> Result<Vec<Metric>, Error> {
    let Some(file) = optional(open(path))? else {
        return Ok(Vec::new());
    };
    let mut file = BufReader::new(file);
    let mut metrics = Vec::new();
    let mut line = Vec::new();
    loop {
        line.clear();
        (&mut file)
            .take(MAX_LINE)
            .read_until(b'\n', &mut line)
            .map_err(|e| Error::io("read", path, e))?;
        let wrong = |problem: &str| Error::Format {
            path: path.to_owned(),
            problem: format!("line {}: {}", metrics.len() + 1, quote_untrusted(problem)),
        };
        if line.last() != Some(&b'\n') {
            if line.len() as u64 == MAX_LINE {
                return Err(wrong("expected a short line of JSON, found a long one"));
            }
            return Ok(metrics);
        }
        let metric = serde_json::from_slice(&line).map_err(|e| wrong(&e.to_string()))?;
        metrics.push(metric);
    }
}
