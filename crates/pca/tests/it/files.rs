//! Saving and loading, and what is wrong with a file.

use std::{fs, path::Path};

use pca::Pca;
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use tempfile::TempDir;

fn fitted() -> Pca {
    Pca::fit(&[0, 0, 9, 200, 30, 1, 7, 255, 90, 3, 3, 4], 3, 2).unwrap()
}

/// Saves a model with one tensor replaced (removed, if `values` is `None`), and returns the message of
/// loading it.
fn load_with(name: &str, shape: &[usize], values: Option<&[f64]>) -> String {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("model.safetensors");
    fitted().save(&path).unwrap();
    let saved = fs::read(&path).unwrap();
    let mut views = SafeTensors::deserialize(&saved).unwrap().tensors();
    views.retain(|(other, _)| other != name);
    let bytes: Vec<u8> = values
        .iter()
        .copied()
        .flatten()
        .flat_map(|v| v.to_le_bytes())
        .collect();
    if values.is_some() {
        let view = TensorView::new(Dtype::F64, shape.to_vec(), &bytes).unwrap();
        views.push((name.into(), view));
    }
    fs::write(&path, safetensors::serialize(views, None).unwrap()).unwrap();
    message(&path)
}

fn message(path: &Path) -> String {
    let message = Pca::load(path).unwrap_err().to_string();
    let shown = path.display().to_string();
    assert!(message.contains(&shown), "{message}");
    message.replace(&shown, "FILE")
}

#[test]
fn a_saved_model_loads_as_it_was() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("model.safetensors");
    let pca = fitted();
    pca.save(&path).unwrap();
    assert_eq!(Pca::load(&path).unwrap(), pca);

    let bytes = fs::read(&path).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    for (name, shape) in [
        ("mean", vec![3]),
        ("components", vec![2, 3]),
        ("explained_variance", vec![2]),
        ("total_variance", vec![1]),
    ] {
        assert_eq!(file.tensor(name).unwrap().shape(), shape, "{name}");
    }
}

#[test]
fn damaged_files_are_refused() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("model.safetensors");
    assert_eq!(message(&path), "FILE: no such file");
    fitted().save(&path).unwrap();
    let saved = fs::read(&path).unwrap();
    let whole = saved.len();
    let short = format!("FILE: expected {whole} bytes, found {}", whole - 1);
    let other = "FILE: expected a safetensors file, found ";
    for (damaged, expected) in [
        (&[][..], other),
        (&saved[..20], other),
        (b"not a model at all", other),
        (&saved[..whole - 1], &short),
    ] {
        fs::write(&path, damaged).unwrap();
        let message = message(&path);
        assert!(message.starts_with(expected), "{message}");
    }
}

#[test]
fn other_tensors_are_refused() {
    assert_eq!(
        load_with("total_variance", &[1], Some(&[f64::NAN])),
        "FILE: expected \"total_variance\" to be finite, found NaN"
    );
    assert_eq!(
        load_with("components", &[3, 2], Some(&[0.0; 6])),
        "FILE: expected \"components\" to be [2, 3] of F64, found [3, 2] of F64"
    );
    assert_eq!(
        load_with("mean", &[1], Some(&[0.0])),
        "FILE: expected from 1 to 1 components, as mean has 1 pixels, found 2"
    );
    assert_eq!(
        load_with("mean", &[], None),
        "FILE: expected a tensor \"mean\", found none"
    );
    assert_eq!(
        load_with("deviation", &[1], Some(&[0.0])),
        "FILE: expected 4 tensors, found 5, among them \"deviation\""
    );
}

#[test]
fn a_model_of_another_type_is_refused() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("model.safetensors");
    let view = TensorView::new(Dtype::F32, vec![1], &[0; 4]).unwrap();
    let tensors = [("mean", view.clone()), ("explained_variance", view)];
    fs::write(&path, safetensors::serialize(tensors, None).unwrap()).unwrap();
    assert_eq!(
        message(&path),
        "FILE: expected \"mean\" to be [1] of F64, found [1] of F32"
    );
}

#[test]
fn saving_where_there_is_no_folder_fails() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("none/model.safetensors");
    let error = fitted().save(&path).unwrap_err();
    let message = error.to_string();
    let start = format!("cannot write {}: ", path.display());
    assert!(message.starts_with(&start), "{message}");
}
