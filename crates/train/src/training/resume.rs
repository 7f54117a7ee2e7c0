//! Going on where an earlier run stopped.

use std::{fs, io::ErrorKind};

use ae_models::Autoencoder;
use durable_fs::quote_untrusted;
use experiment::{ExperimentFolder, Metric, metrics_sha256};

use crate::{Adam, Error, training::checkpoint};

/// Puts the state that an earlier run saved into `model` and `adam`; returns how many steps on end
/// had no gradient other than zero, and the metrics of the steps taken.
pub(crate) fn resume(
    folder: &ExperimentFolder,
    model: &mut Autoencoder,
    adam: &mut Adam,
) -> Result<(usize, Vec<Metric>), Error> {
    let standing = checkpoint::load(&folder.resume_path(), model, adam)?;
    let metrics = metrics_up_to(adam.steps(), folder.metrics()?);
    let found = metrics_sha256(&metrics);
    if found != standing.metrics {
        return Err(Error::RunFolder(experiment::Error::Format {
            path: folder.path().join("metrics.jsonl"),
            problem: format!(
                "expected the metrics of the {} steps of resume.safetensors, of SHA-256 {}, found \
                 others, of {found}",
                adam.steps(),
                quote_untrusted(&standing.metrics)
            ),
        }));
    }
    Ok((standing.still, metrics))
}

/// Removes what an experiment needs no more once its evaluation is written.
pub(crate) fn forget_checkpoint(folder: &ExperimentFolder) -> Result<(), Error> {
    let path = folder.resume_path();
    match fs::remove_file(&path) {
        Err(source) if source.kind() != ErrorKind::NotFound => {
            Err(durable_fs::Error::io("remove", &path, source).into())
        }
        _ => Ok(()),
    }
}

/// The metrics of the first `steps` steps: a run that was cut off may have recorded more than its
/// checkpoint knows.
fn metrics_up_to(steps: usize, mut metrics: Vec<Metric>) -> Vec<Metric> {
    let after = metrics
        .iter()
        .position(|metric| matches!(metric, Metric::Step { step, .. } if *step > steps));
    metrics.truncate(after.unwrap_or(metrics.len()));
    metrics
}
