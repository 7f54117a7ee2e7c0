use std::{collections::HashMap, convert::Infallible, path::Path};

use ae_models::{
    Autoencoder,
    tensor_file::{self, Texts},
};
use durable_fs::{hexadecimal, quote_untrusted};
use sha2::{Digest, Sha256};
use tch::Tensor;

use crate::{Adam, Error};

/// What a checkpoint holds beside the weights and Adam's state.
#[derive(Debug, PartialEq, Eq)]
pub struct Standing {
    /// How many steps on end had no gradient other than zero.
    pub still: usize,
    /// SHA-256 of the metrics of all steps so far.
    pub metrics: String,
}

/// Saves where training stands: weights, both of Adam's moments, the step, the rest of the
/// standing, and the SHA-256 of all these, since a training that goes on from a flipped bit would
/// never show it.
pub fn save(
    path: &Path,
    model: &Autoencoder,
    adam: &Adam,
    standing: &Standing,
) -> Result<(), Error> {
    let names = names(model);
    let (first, second) = adam.moments();
    let tensors: Vec<&Tensor> = model
        .parameters()
        .tensors()
        .iter()
        .chain(first)
        .chain(second)
        .collect();
    let digest = digest(adam.steps(), standing, &tensors);
    let texts = HashMap::from([
        ("step".into(), adam.steps().to_string()),
        ("still".into(), standing.still.to_string()),
        ("metrics".into(), standing.metrics.clone()),
        ("sha256".into(), digest),
    ]);
    let named = names.iter().map(String::as_str).zip(tensors);
    Ok(tensor_file::write(path, named, texts)?)
}

/// Puts a saved state into `model` and `adam`, and returns the rest of the standing.
pub fn load(path: &Path, model: &mut Autoencoder, adam: &mut Adam) -> Result<Standing, Error> {
    let names = names(model);
    let like = model.parameters().tensors();
    let expected = names.iter().map(String::as_str).zip(like.iter().cycle());
    let (mut tensors, texts) = tensor_file::read(path, expected)?;
    let wrong = |problem: String| ae_models::Error::Weights {
        path: path.to_owned(),
        problem,
    };
    let (step, standing, recorded) = parse(&texts).ok_or_else(|| {
        let expected = "expected the texts \"step\", \"still\", \"metrics\" and \"sha256\"";
        wrong(format!("{expected}, found one missing or no number"))
    })?;
    let found = digest(step, &standing, &tensors.iter().collect::<Vec<_>>());
    if recorded != found {
        return Err(wrong(format!(
            "expected content of SHA-256 {}, found {found}",
            quote_untrusted(recorded)
        ))
        .into());
    }
    let second = tensors.split_off(2 * like.len());
    let first = tensors.split_off(like.len());
    model.parameters_mut().set(&tensors);
    adam.restore(first, second, step);
    match not_finite(model, adam) {
        None => Ok(standing),
        Some(part) => Err(wrong(format!("expected finite numbers, found others in {part}")).into()),
    }
}

/// The first part of the state in which a number is infinite or none, in words. Nothing good comes
/// of going on from it: with an infinite second moment, say, a weight stands still for ever.
pub fn not_finite(model: &Autoencoder, adam: &Adam) -> Option<String> {
    let (first, second) = adam.moments();
    let names = model.parameters().names();
    let parts = [
        ("parameter", model.parameters().tensors()),
        ("Adam's first moment of", first),
        ("Adam's second moment of", second),
    ];
    let mut tensors = parts.into_iter().flat_map(|(what, tensors)| {
        let named = names.iter().zip(tensors);
        named.map(move |(name, tensor)| (what, name, tensor))
    });
    let is_finite = |tensor: &Tensor| tensor.isfinite().all().int64_value(&[]) != 0;
    tensors
        .find(|(_, _, tensor)| !is_finite(tensor))
        .map(|(what, name, _)| format!("{what} {name}"))
}

/// Of the step, of the standing, and of the tensors in the order of [`names`].
fn digest(step: usize, standing: &Standing, tensors: &[&Tensor]) -> String {
    let mut hasher = Sha256::new();
    hasher.update(format!("{step} {} {} ", standing.still, standing.metrics));
    for tensor in tensors {
        let Ok(()) = tensor_file::each_piece(tensor, |bytes| {
            hasher.update(bytes);
            Ok::<(), Infallible>(())
        });
    }
    hexadecimal(&hasher.finalize())
}

/// The step, the standing and the digest.
fn parse(texts: &Texts) -> Option<(usize, Standing, &str)> {
    let standing = Standing {
        still: texts.get("still")?.parse().ok()?,
        metrics: texts.get("metrics")?.clone(),
    };
    Some((
        texts.get("step")?.parse().ok()?,
        standing,
        texts.get("sha256")?,
    ))
}

/// Names of the weights, then of the first, then of the second moments.
fn names(model: &Autoencoder) -> Vec<String> {
    ["weight", "first_moment", "second_moment"]
        .iter()
        .flat_map(|part| {
            let names = model.parameters().names().iter();
            names.map(move |name| format!("{part}/{name}"))
        })
        .collect()
}
