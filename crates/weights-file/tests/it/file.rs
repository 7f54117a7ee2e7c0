//! Weights files are read back exactly, and have the bytes that the safetensors library writes.

use std::{collections::HashMap, fs};

use proptest::{collection::vec, option, prelude::*};
use safetensors::tensor::TensorView;
use weights_file::{Dtype, Texts, WeightsFile, write};

fn write_f64(
    path: &std::path::Path,
    tensors: &[(&str, Vec<usize>)],
    elements: &[Vec<f64>],
    texts: Option<Texts>,
) {
    write(path, Dtype::F64, tensors, texts, |index, file| {
        let mut elements = elements[index].iter();
        elements.try_for_each(|element| file.write_all(&element.to_le_bytes()))
    })
    .unwrap();
}

proptest! {
    #[test]
    fn tensors_round_trip_exactly_and_have_the_librarys_bytes(
        // Names in any order, and tensors of more than one piece or without elements.
        tensors in prop::collection::hash_map("[a-z.]{1,8}", (0_usize..4, 0_usize..5000), 1..4),
        start in any::<u32>(),
        texts in option::of(prop::collection::hash_map("[a-z]{1,8}", ".{0,8}", 1..2)),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.safetensors");
        let named: Vec<(&str, Vec<usize>)> = tensors
            .iter()
            .map(|(name, &(rows, columns))| (name.as_str(), vec![rows, columns]))
            .collect();
        let elements: Vec<Vec<f64>> = named
            .iter()
            .map(|(_, shape)| (0..shape[0] * shape[1]).map(|i| (i as f64 + f64::from(start)).sqrt()).collect())
            .collect();
        write_f64(&path, &named, &elements, texts.clone());

        let bytes: Vec<Vec<u8>> = elements
            .iter()
            .map(|elements| elements.iter().flat_map(|e| e.to_le_bytes()).collect())
            .collect();
        let views = named.iter().zip(&bytes).map(|((name, shape), bytes)| {
            (*name, TensorView::new(Dtype::F64, shape.clone(), bytes).unwrap())
        });
        let expected = safetensors::serialize(views, texts.clone()).unwrap();
        prop_assert!(fs::read(&path).unwrap() == expected);

        let mut file = WeightsFile::open(&path).unwrap();
        file.expect(Dtype::F64, &named).unwrap();
        prop_assert_eq!(file.texts(), texts.unwrap_or_default());
        for ((name, shape), elements) in named.iter().zip(&elements) {
            prop_assert_eq!(file.shape(name).unwrap(), shape);
            let mut found = vec![0f64; elements.len()];
            file.read(name, &mut found).unwrap();
            prop_assert!(found == *elements);
        }
    }

    #[test]
    fn arbitrary_bytes_are_refused_by_name(bytes in vec(any::<u8>(), 0..200)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.safetensors");
        fs::write(&path, &bytes).unwrap();
        let message = WeightsFile::open(&path).unwrap_err().to_string();
        prop_assert!(message.contains("model.safetensors") && message.len() < 1000, "{}", message);
    }
}

#[test]
fn other_tensors_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    write_f64(
        &path,
        &[("a", vec![2])],
        &[vec![0.5, 1.5]],
        Some(HashMap::new()),
    );
    let file = WeightsFile::open(&path).unwrap();
    let refused = |dtype, expected: &[(&str, Vec<usize>)]| {
        let message = file.expect(dtype, expected).unwrap_err().to_string();
        message.replace(&path.display().to_string(), "FILE")
    };
    for (found, expected) in [
        (
            refused(Dtype::F64, &[("b", vec![2])]),
            "FILE: expected a tensor \"b\", found none",
        ),
        (
            refused(Dtype::F64, &[("a", vec![1, 2])]),
            "FILE: expected \"a\" to be [1, 2] of F64, found [2] of F64",
        ),
        (
            refused(Dtype::F32, &[("a", vec![2])]),
            "FILE: expected \"a\" to be [2] of F32, found [2] of F64",
        ),
        (
            refused(Dtype::F64, &[]),
            "FILE: expected 0 tensors, found 1, among them \"a\"",
        ),
    ] {
        assert_eq!(found, expected);
    }
}
