use std::{collections::HashMap, path::Path};

use ae_models::{Autoencoder, tensor_file};
use experiment::in_short;
use sha2::{Digest, Sha256};
use tch::Tensor;

use crate::{Adam, Error};

/// Saves where training stands: weights, both of Adam's moments, the step, how many steps on end
/// had no gradient other than zero, and the SHA-256 of all these, since a training that goes on
/// from a flipped bit would never show it.
pub fn save(path: &Path, model: &Autoencoder, adam: &Adam, still: usize) -> Result<(), Error> {
    let names = names(model);
    let (first, second) = adam.moments();
    let tensors: Vec<&Tensor> = model
        .parameters()
        .tensors()
        .iter()
        .chain(first)
        .chain(second)
        .collect();
    let metadata = HashMap::from([
        ("step".into(), adam.steps().to_string()),
        ("still".into(), still.to_string()),
        ("sha256".into(), digest(adam.steps(), still, &tensors)),
    ]);
    let named = names.iter().map(String::as_str).zip(tensors);
    Ok(tensor_file::write(path, named, metadata)?)
}

/// Puts a saved state into `model` and `adam`, and returns how many steps on end had no gradient
/// other than zero.
pub fn load(path: &Path, model: &mut Autoencoder, adam: &mut Adam) -> Result<usize, Error> {
    let names = names(model);
    let like = model.parameters().tensors();
    let expected = names.iter().map(String::as_str).zip(like.iter().cycle());
    let (tensors, metadata) = tensor_file::read(path, expected)?;
    let wrong = |problem: String| ae_models::Error::Weights {
        path: path.to_owned(),
        problem,
    };
    let (step, still, recorded) = texts(&metadata).ok_or_else(|| {
        let expected = "expected the texts \"step\", \"still\" and \"sha256\"";
        wrong(format!("{expected}, found one missing or no number"))
    })?;
    let found = digest(step, still, &tensors.iter().collect::<Vec<_>>());
    if recorded != found {
        return Err(wrong(format!(
            "expected content of SHA-256 {}, found {found}",
            in_short(recorded)
        ))
        .into());
    }
    let mut parts = tensors.chunks_exact(like.len());
    let mut part = || -> Vec<Tensor> {
        let part = parts.next().expect("three parts were read");
        part.iter().map(Tensor::shallow_clone).collect()
    };
    let (weights, first, second) = (part(), part(), part());
    model.parameters_mut().set(&weights);
    adam.restore(first, second, step);
    Ok(still)
}

/// Of the step, of the steps without a gradient, and of the tensors in the order of [`names`].
fn digest(step: usize, still: usize, tensors: &[&Tensor]) -> String {
    let mut hasher = Sha256::new();
    hasher.update(format!("{step} {still} "));
    for tensor in tensors {
        hasher.update(tensor_file::bytes(tensor));
    }
    let digest = hasher.finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn texts(metadata: &HashMap<String, String>) -> Option<(usize, usize, &str)> {
    Some((
        metadata.get("step")?.parse().ok()?,
        metadata.get("still")?.parse().ok()?,
        metadata.get("sha256")?,
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
