//! Models of small experiments: what a graph has, and what is refused.

use std::path::Path;

use experiment::{DenseSpec, Experiment, ExperimentFolder, Method, ModelSpec, Norm, RunFolder};
use onnx_export::{ExportError, export};
use weights_file::{Dtype, write};

/// An experiment's folder with the settings of `model`, and weights of 0.5 for `layers_of`.
fn experiment(run: &Path, model: ModelSpec, layers_of: &ModelSpec) -> ExperimentFolder {
    let folder = RunFolder::new(run).experiment("small");
    let mut tensors = Vec::new();
    for layer in layers_of.layers() {
        for (tensor, shape) in layer.tensors().into_iter().chain(layer.statistics()) {
            tensors.push((format!("{}.{tensor}", layer.name.as_ref().unwrap()), shape));
        }
    }
    let tensors: Vec<(&str, Vec<usize>)> = tensors
        .iter()
        .map(|(name, shape)| (name.as_str(), shape.clone()))
        .collect();
    folder
        .write_settings(&Experiment {
            id: "small".into(),
            method: Method::Autoencoder {
                model,
                training: Default::default(),
            },
            ..Experiment::default()
        })
        .unwrap();
    write(
        &folder.model_path(),
        Dtype::F32,
        &tensors,
        None,
        |index, file| {
            let elements: usize = tensors[index].1.iter().product();
            (0..elements).try_for_each(|_| file.write_all(&0.5f32.to_le_bytes()))
        },
    )
    .unwrap();
    folder
}

#[test]
fn a_model_has_its_input_its_outputs_and_its_weights() {
    let run = tempfile::tempdir().unwrap();
    let spec = ModelSpec::dense(&[784, 3, 784]);
    let bytes = export(&experiment(run.path(), spec.clone(), &spec)).unwrap();
    for name in [
        "images",
        "code",
        "reconstruction",
        "encoder.0.weight",
        "Gemm",
        "Relu",
    ] {
        let is_there = bytes
            .windows(name.len())
            .any(|window| window == name.as_bytes());
        assert!(is_there, "{name}");
    }
    assert!(bytes.len() > 4 * spec.parameters());
}

#[test]
fn batch_normalizations_are_folded() {
    let run = tempfile::tempdir().unwrap();
    let spec = ModelSpec::Dense(DenseSpec {
        widths: vec![784, 5, 3, 5, 784],
        norm: Norm::Batch,
        ..DenseSpec::default()
    });
    let bytes = export(&experiment(run.path(), spec.clone(), &spec)).unwrap();
    let has = |name: &str| bytes.windows(name.len()).any(|w| w == name.as_bytes());
    assert!(!has("BatchNormalization") && !has("running_mean"));
    // The names of the layers in a model that never had a normalization.
    assert!(has("encoder.2.weight") && !has("encoder.3.weight"));
}

#[test]
fn weights_of_another_model_are_refused() {
    let run = tempfile::tempdir().unwrap();
    let (spec, other) = (
        ModelSpec::dense(&[784, 3, 784]),
        ModelSpec::dense(&[784, 4, 784]),
    );
    let error = export(&experiment(run.path(), spec, &other)).unwrap_err();
    assert!(matches!(error, ExportError::Weights(_)), "{error}");
}

#[test]
fn a_folder_without_settings_is_refused_by_name() {
    let run = tempfile::tempdir().unwrap();
    let folder = RunFolder::new(run.path()).experiment("none");
    let error = export(&folder).unwrap_err();
    assert!(matches!(&error, ExportError::NoSettings { path } if path == folder.path()));
}
