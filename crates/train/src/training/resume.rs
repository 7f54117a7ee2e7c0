//! Resuming a training from its checkpoint and its metrics.

use ae_models::Autoencoder;
use durable_fs::quote_untrusted;
use experiment::{ExperimentFolder, Metric, metrics_sha256};

use super::{
    checkpoint::{self, TrainerState},
    losses::RecordedLoss,
    optimizer::Optimizer,
    weight_copies::WeightCopies,
};
use crate::Error;

/// Restores `model`, `optimizer` and `copies` from the checkpoint of an earlier run; returns the rest
/// of its state, and the metrics of the steps taken.
pub(crate) fn resume(
    folder: &ExperimentFolder,
    model: &mut Autoencoder,
    optimizer: &mut Optimizer,
    copies: &mut WeightCopies,
) -> Result<(TrainerState, Vec<Metric>), Error> {
    let state = checkpoint::load(&folder.resume_path(), model, optimizer, copies)?;
    let metrics = metrics_up_to(state.step, folder.metrics()?);
    let found = metrics_sha256(&metrics);
    if found != state.metrics_sha256 {
        return Err(Error::RunFolder(experiment::Error::Format {
            path: folder.path().join("metrics.jsonl"),
            problem: format!(
                "expected the metrics of the {} steps of resume.safetensors, of SHA-256 {}, found \
                 others, of {found}",
                state.step,
                quote_untrusted(&state.metrics_sha256)
            ),
        }));
    }
    Ok((state, metrics))
}

/// The metrics of the first `steps` steps: a run that was killed may have recorded more than its
/// checkpoint knows.
fn metrics_up_to(steps: usize, mut metrics: Vec<Metric>) -> Vec<Metric> {
    let after = metrics
        .iter()
        .position(|metric| matches!(metric, Metric::Step { step, .. } if *step > steps));
    metrics.truncate(after.unwrap_or(metrics.len()));
    metrics
}

/// The losses of the steps after the last complete epoch.
pub(crate) fn losses_of_open_epoch(metrics: &[Metric]) -> Vec<RecordedLoss> {
    let mut losses: Vec<RecordedLoss> = metrics
        .iter()
        .rev()
        .map_while(|metric| match metric {
            Metric::Step { loss, parts, .. } => Some(RecordedLoss {
                total: *loss,
                parts: *parts,
            }),
            Metric::Epoch { .. } | Metric::Evaluation { .. } => None,
        })
        .collect();
    losses.reverse();
    losses
}
