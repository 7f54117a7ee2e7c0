//! The checkpoint of a training, `resume.safetensors`.
//!
//! Its tensors are `weight/NAME` for each parameter and running statistic, and those that the
//! optimizer names, for Adam `first_moment/NAME` and `second_moment/NAME`; then the copies of the
//! weights that the training keeps, `average/NAME` and `best/NAME`. Its texts are the fields of
//! [`TrainerState`], and `sha256`, the digest of all these: nothing else would show a flipped bit in a
//! training that resumes from it.
//!
//! It is written at the end of each epoch and when the user stops the training, after the metrics of
//! the same steps, and only if every loss and every tensor in it is finite. A damaged one stays, and
//! stops its experiment.
//!
//! A resumed training first removes the metrics of steps that the checkpoint does not know: a
//! process that was killed may have recorded more. The checkpoint has the SHA-256 of the metrics up
//! to its step, and is refused if they differ.

use std::{collections::HashMap, convert::Infallible, fs, io::ErrorKind, path::Path};

use ae_models::{Autoencoder, tensor_file};
use durable_fs::{hexadecimal, quote_untrusted};
use experiment::ExperimentFolder;
use sha2::{Digest, Sha256};
use tch::Tensor;
use weights_file::Texts;

use super::{optimizer::Optimizer, weight_copies::WeightCopies};
use crate::Error;

/// The state of a training beside the weights and the state of the optimizer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TrainerState {
    /// The number of steps taken.
    pub(crate) step: usize,
    /// Number of consecutive steps, up to the last one, in which every gradient was zero.
    pub(crate) zero_gradient_steps: usize,
    /// SHA-256 of the metrics of all steps taken.
    pub(crate) metrics_sha256: String,
    /// SHA-256 of the saved model that the training began with.
    pub(crate) from_sha256: Option<String>,
}

/// Saves a training.
pub(crate) fn save(
    path: &Path,
    model: &Autoencoder,
    optimizer: &Optimizer,
    copies: &WeightCopies,
    state: &TrainerState,
) -> Result<(), Error> {
    let tensors = tensors(model, optimizer, copies);
    let digest = digest(state, tensors.iter().map(|(_, tensor)| *tensor));
    let mut texts = HashMap::from([
        ("step".into(), state.step.to_string()),
        (
            "zero_gradient_steps".into(),
            state.zero_gradient_steps.to_string(),
        ),
        ("metrics_sha256".into(), state.metrics_sha256.clone()),
        ("sha256".into(), digest),
    ]);
    let from = state.from_sha256.clone();
    texts.extend(from.map(|digest| ("from_sha256".into(), digest)));
    let named = tensors
        .iter()
        .map(|(name, tensor)| (name.as_str(), *tensor));
    Ok(tensor_file::write(path, named, texts)?)
}

/// Restores `model`, `optimizer` and `copies`, and returns the rest of the state.
pub(crate) fn load(
    path: &Path,
    model: &mut Autoencoder,
    optimizer: &mut Optimizer,
    copies: &mut WeightCopies,
) -> Result<TrainerState, Error> {
    let (mut found, texts) = {
        let tensors = tensors(model, optimizer, copies);
        let expected = tensors
            .iter()
            .map(|(name, tensor)| (name.as_str(), *tensor));
        tensor_file::read(path, expected)?
    };
    let wrong = |problem: String| weights_file::Error::content(path, problem);
    let (state, recorded_digest) = parse(&texts).ok_or_else(|| {
        wrong(
            "expected the texts \"step\", \"zero_gradient_steps\", \"metrics_sha256\" and \
             \"sha256\", found one missing or not a number"
                .into(),
        )
    })?;
    let found_digest = digest(&state, &found);
    if recorded_digest != found_digest {
        return Err(wrong(format!(
            "expected content of SHA-256 {}, found {found_digest}",
            quote_untrusted(recorded_digest)
        ))
        .into());
    }
    let mut optimizer_state = found.split_off(model.parameters().iter().count());
    let copies_state = optimizer_state.split_off(optimizer.state().len());
    model.parameters_mut().set(&found);
    optimizer.restore(optimizer_state);
    copies.restore(copies_state);
    match first_non_finite(model, optimizer, copies) {
        None => Ok(state),
        Some(name) => Err(wrong(format!("expected finite numbers, found others in {name}")).into()),
    }
}

/// Removes the checkpoint, which is no longer needed once the evaluation is written.
pub(crate) fn remove(folder: &ExperimentFolder) -> Result<(), Error> {
    let path = folder.resume_path();
    match fs::remove_file(&path) {
        Err(source) if source.kind() != ErrorKind::NotFound => {
            Err(durable_fs::Error::io("remove", &path, source).into())
        }
        _ => Ok(()),
    }
}

/// The name of the first tensor with a NaN or an infinity. A training cannot recover from one: with
/// an infinite second moment, for example, Adam never moves the weight again.
pub(crate) fn first_non_finite(
    model: &Autoencoder,
    optimizer: &Optimizer,
    copies: &WeightCopies,
) -> Option<String> {
    tensors(model, optimizer, copies)
        .into_iter()
        .find(|(_, tensor)| tensor.isfinite().all().int64_value(&[]) == 0)
        .map(|(name, _)| name)
}

/// All tensors of a checkpoint by their names: the weights, the state of the optimizer, and the
/// copies of the weights.
fn tensors<'a>(
    model: &'a Autoencoder,
    optimizer: &'a Optimizer,
    copies: &'a WeightCopies,
) -> Vec<(String, &'a Tensor)> {
    model
        .parameters()
        .iter()
        .map(|(name, weight)| (format!("weight/{name}"), weight))
        .chain(optimizer.state())
        .chain(copies.state(model.parameters()))
        .collect()
}

/// The digest of the state and of the tensors, in the order of [`tensors`].
fn digest<'a>(state: &TrainerState, tensors: impl IntoIterator<Item = &'a Tensor>) -> String {
    let TrainerState {
        step,
        zero_gradient_steps,
        metrics_sha256,
        from_sha256,
    } = state;
    let mut hasher = Sha256::new();
    let from = from_sha256.as_deref().unwrap_or_default();
    hasher.update(format!(
        "{step} {zero_gradient_steps} {metrics_sha256} {from}"
    ));
    for tensor in tensors {
        let Ok(()) = tensor_file::each_piece(tensor, |bytes| {
            hasher.update(bytes);
            Ok::<(), Infallible>(())
        });
    }
    hexadecimal(&hasher.finalize())
}

/// The state and the digest.
fn parse(texts: &Texts) -> Option<(TrainerState, &str)> {
    let state = TrainerState {
        step: texts.get("step")?.parse().ok()?,
        zero_gradient_steps: texts.get("zero_gradient_steps")?.parse().ok()?,
        metrics_sha256: texts.get("metrics_sha256")?.clone(),
        from_sha256: texts.get("from_sha256").cloned(),
    };
    Some((state, texts.get("sha256")?))
}
