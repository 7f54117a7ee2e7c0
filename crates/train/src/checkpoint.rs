use std::{collections::HashMap, path::Path};

use ae_models::{Autoencoder, tensor_file};
use tch::Tensor;

use crate::{Adam, Error};

/// Saves where training stands: weights, both of Adam's moments, the step, and how many steps on
/// end had no gradient other than zero.
pub fn save(path: &Path, model: &Autoencoder, adam: &Adam, still: usize) -> Result<(), Error> {
    let names = names(model);
    let (first, second) = adam.moments();
    let tensors = model
        .parameters()
        .tensors()
        .iter()
        .chain(first)
        .chain(second);
    let metadata = HashMap::from([
        ("step".into(), adam.steps().to_string()),
        ("still".into(), still.to_string()),
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
    let (step, still) = position(&metadata).ok_or_else(|| ae_models::Error::Weights {
        path: path.to_owned(),
        problem: format!("expected the texts \"step\" and \"still\", found {metadata:?}"),
    })?;
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

fn position(metadata: &HashMap<String, String>) -> Option<(usize, usize)> {
    Some((
        metadata.get("step")?.parse().ok()?,
        metadata.get("still")?.parse().ok()?,
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
