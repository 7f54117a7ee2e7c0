use std::{collections::HashMap, path::Path};

use ae_models::{Autoencoder, tensor_file};
use tch::Tensor;

use crate::{Adam, Error};

/// Saves where training stands: weights, both of Adam's moments, the step, and whether any
/// gradient of the epoch was other than zero.
pub fn save(path: &Path, model: &Autoencoder, adam: &Adam, moved: bool) -> Result<(), Error> {
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
        ("moved".into(), moved.to_string()),
    ]);
    let named = names.iter().map(String::as_str).zip(tensors);
    Ok(tensor_file::write(path, named, metadata)?)
}

/// Puts a saved state into `model` and `adam`, and returns whether any gradient of its epoch was
/// other than zero.
pub fn load(path: &Path, model: &mut Autoencoder, adam: &mut Adam) -> Result<bool, Error> {
    let names = names(model);
    let like = model.parameters().tensors();
    let expected = names.iter().map(String::as_str).zip(like.iter().cycle());
    let (tensors, metadata) = tensor_file::read(path, expected)?;
    let (step, moved) = position(&metadata).ok_or_else(|| ae_models::Error::Weights {
        path: path.to_owned(),
        problem: format!("expected the texts \"step\" and \"moved\", found {metadata:?}"),
    })?;
    let mut parts = tensors.chunks_exact(like.len());
    let mut part = || -> Vec<Tensor> {
        let part = parts.next().expect("three parts were read");
        part.iter().map(Tensor::shallow_clone).collect()
    };
    let (weights, first, second) = (part(), part(), part());
    model.parameters_mut().set(&weights);
    adam.restore(first, second, step);
    Ok(moved)
}

fn position(metadata: &HashMap<String, String>) -> Option<(usize, bool)> {
    Some((
        metadata.get("step")?.parse().ok()?,
        metadata.get("moved")?.parse().ok()?,
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
