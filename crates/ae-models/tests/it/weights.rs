//! Weights files: they are read back exactly, and any other file is refused.

use std::{
    collections::HashMap,
    convert::Infallible,
    path::{Path, PathBuf},
};

use ae_models::{Autoencoder, tensor_file};
use experiment::{Decoder, ModelSpec};
use tch::{Device, Kind, Tensor};
use tempfile::TempDir;

use crate::support::{self, mse};

fn model(spec: &ModelSpec, seed: u64) -> Autoencoder {
    support::model(spec, mse(0.0), seed)
}

fn small() -> ModelSpec {
    ModelSpec::dense(&[784, 4, 784])
}

fn file() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("model.safetensors");
    (folder, path)
}

/// The elements of a tensor as a file holds them.
fn bytes(tensor: &Tensor) -> Vec<u8> {
    let mut bytes = Vec::new();
    let add = |piece: &[u8]| {
        bytes.extend(piece);
        Ok::<(), Infallible>(())
    };
    let Ok(()) = tensor_file::each_piece(tensor, add);
    bytes
}

/// Loads a file that must be refused, and returns the message. The model must not have changed.
fn refused(path: &Path) -> String {
    let mut model = model(&small(), 1);
    let x = Tensor::ones([1, 784], (Kind::Float, Device::Cpu));
    let before = model.forward(&x).reconstruction;
    let message = model.parameters_mut().load(path).unwrap_err().to_string();
    assert_eq!(before, model.forward(&x).reconstruction);
    assert!(message.contains("model.safetensors"), "{message}");
    message
}

#[test]
fn a_saved_model_reconstructs_the_same() {
    let decoder = Decoder::Deconv;
    let spec = ModelSpec::convolutional(decoder);
    let (_folder, path) = file();
    let saved = model(&spec, 1);
    saved.parameters().save(&path).unwrap();
    let mut loaded = model(&spec, 2);
    loaded.parameters_mut().load(&path).unwrap();
    let x = Tensor::rand([3, 784], (Kind::Float, Device::Cpu));
    assert_eq!(
        saved.forward(&x).reconstruction,
        loaded.forward(&x).reconstruction
    );
}

#[test]
fn the_same_weights_give_the_same_bytes() {
    let (_folder, path) = file();
    let bytes = || {
        model(&small(), 1).parameters().save(&path).unwrap();
        std::fs::read(&path).unwrap()
    };
    assert_eq!(bytes(), bytes());
}

#[test]
fn another_models_weights_are_refused() {
    let (_folder, path) = file();
    model(&ModelSpec::dense(&[784, 5, 784]), 1)
        .parameters()
        .save(&path)
        .unwrap();
    let message = refused(&path);
    assert!(
        message.contains("\"encoder.0.weight\" to be [4, 784]") && message.contains("[5, 784]"),
        "{message}"
    );
}

#[test]
fn a_missing_tensor_is_named() {
    let (_folder, path) = file();
    let weight = Tensor::zeros([4, 784], (Kind::Float, Device::Cpu));
    let tensors = [("encoder.0.weight", &weight)];
    tensor_file::write(&path, tensors.into_iter(), HashMap::new()).unwrap();
    let message = refused(&path);
    assert!(
        message.contains("\"encoder.0.bias\", found none"),
        "{message}"
    );
}

#[test]
fn surplus_tensors_are_named() {
    let (_folder, path) = file();
    let model = model(&small(), 1);
    let extra = Tensor::zeros([1], (Kind::Float, Device::Cpu));
    let tensors = model.parameters().iter().chain([("extra", &extra)]);
    tensor_file::write(&path, tensors, HashMap::new()).unwrap();
    let message = refused(&path);
    assert!(
        message.contains("4 tensors, found 5") && message.contains("extra"),
        "{message}"
    );
}

#[test]
fn a_truncated_file_is_refused() {
    let (_folder, path) = file();
    model(&small(), 1).parameters().save(&path).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
    let message = refused(&path);
    let lengths = format!("expected {} bytes, found {}", bytes.len(), bytes.len() - 1);
    assert!(message.contains(&lengths), "{message}");
    std::fs::write(&path, &bytes[..100]).unwrap();
    assert!(refused(&path).contains("cut off"));
}

#[test]
fn a_tensor_without_elements_has_no_bytes() {
    let empty = Tensor::zeros([0, 784], (Kind::Float, Device::Cpu));
    assert!(bytes(&empty).is_empty());
}

#[test]
fn tensors_of_several_pieces_round_trip_and_the_library_reads_them() {
    let (_folder, path) = file();
    let large = Tensor::rand([3, 40_001], (Kind::Float, Device::Cpu));
    let small = Tensor::rand([2], (Kind::Float, Device::Cpu));
    let tensors = || [("b", &large), ("a", &small)].into_iter();
    let texts = HashMap::from([("format".to_owned(), "pt".to_owned())]);
    tensor_file::write(&path, tensors(), texts.clone()).unwrap();
    let (read, found) = tensor_file::read(&path, tensors()).unwrap();
    assert_eq!(read, [large.shallow_clone(), small.shallow_clone()]);
    assert_eq!(found, texts);
    let bytes = std::fs::read(&path).unwrap();
    let file = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    for (name, tensor) in tensors() {
        assert_eq!(file.tensor(name).unwrap().data(), self::bytes(tensor));
    }
}

#[test]
fn a_header_that_contradicts_the_file_is_refused() {
    let (_folder, path) = file();
    model(&small(), 1).parameters().save(&path).unwrap();
    let sound = std::fs::read(&path).unwrap();
    let end = 8 + u64::from_le_bytes(sound[..8].try_into().unwrap()) as usize;
    let with = |from: &str, to: &str| {
        let header = std::str::from_utf8(&sound[8..end]).unwrap();
        assert!(header.contains(from) && from.len() == to.len(), "{header}");
        [
            &sound[..8],
            header.replace(from, to).as_bytes(),
            &sound[end..],
        ]
        .concat()
    };
    let mut huge_header = sound.clone();
    huge_header[..8].copy_from_slice(&u64::MAX.to_le_bytes());
    for (bytes, expected) in [
        (with("F32", "I32"), "F32, found"),
        (
            with("[4,784]", "[784,4]"),
            "to be [4, 784] of F32, found [784, 4]",
        ),
        (with("[0,3136]", "[9,3136]"), "expected a safetensors file"),
        (huge_header, "expected a safetensors file"),
        ([sound, vec![0; 2 << 20]].concat(), "bytes, found "),
    ] {
        std::fs::write(&path, bytes).unwrap();
        let message = refused(&path);
        assert!(message.contains(expected), "{expected}: {message}");
    }
}
