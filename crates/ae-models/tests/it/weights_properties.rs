//! Any tensors are read back from a file exactly. After any change of it, the file is refused by its
//! name, or its header still describes all tensors in the same way.

use std::{collections::HashMap, fs};

use ae_models::tensor_file;
use proptest::{
    collection::{btree_map, vec},
    prelude::*,
    sample::Index,
};
use tch::{Device, Kind, Tensor};
use tempfile::TempDir;

/// Names and shapes, and a seed of values.
fn tensors() -> impl Strategy<Value = Vec<(String, Tensor)>> {
    btree_map("[a-z0-9._ \"\\\\é]{1,20}", vec(0_i64..7, 0..4), 1..5).prop_map(|shapes| {
        let tensor = |shape: Vec<i64>| {
            let count: i64 = shape.iter().product();
            Tensor::arange(count, (Kind::Float, Device::Cpu)).view(&shape[..])
        };
        shapes
            .into_iter()
            .map(|(name, shape)| (name, tensor(shape)))
            .collect()
    })
}

fn named(tensors: &[(String, Tensor)]) -> impl Iterator<Item = (&str, &Tensor)> {
    tensors.iter().map(|(name, tensor)| (name.as_str(), tensor))
}

proptest! {
    #[test]
    fn tensors_and_texts_round_trip(tensors in tensors(), text in ".{0,30}") {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("model.safetensors");
        let texts = HashMap::from([("text".to_owned(), text)]);
        tensor_file::write(&path, named(&tensors), texts.clone()).unwrap();
        let (found, beside) = tensor_file::read(&path, named(&tensors)).unwrap();
        prop_assert_eq!(beside, texts);
        for (found, (_, tensor)) in found.iter().zip(&tensors) {
            prop_assert_eq!(found, tensor);
        }
        let bytes = fs::read(&path).unwrap();
        let file = safetensors::SafeTensors::deserialize(&bytes).unwrap();
        prop_assert_eq!(file.len(), tensors.len());
    }

    #[test]
    fn a_changed_file_is_refused_by_name_or_has_the_same_shapes(
        tensors in tensors(),
        cut in any::<Index>(),
        is_cut in any::<bool>(),
        place in any::<Index>(),
        byte in any::<u8>(),
    ) {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("model.safetensors");
        tensor_file::write(&path, named(&tensors), HashMap::new()).unwrap();
        let mut bytes = fs::read(&path).unwrap();
        if is_cut {
            bytes.truncate(1 + cut.index(bytes.len() - 1));
        }
        let place = place.index(bytes.len());
        bytes[place] = byte;
        fs::write(&path, &bytes).unwrap();
        match tensor_file::read(&path, named(&tensors)) {
            Ok((found, _)) => {
                prop_assert!(!is_cut);
                for (found, (_, tensor)) in found.iter().zip(&tensors) {
                    prop_assert_eq!(found.size(), tensor.size());
                }
            }
            Err(error) => {
                let message = error.to_string();
                prop_assert!(message.contains("model.safetensors"), "{}", message);
                prop_assert!(message.len() < 2000, "{}", message);
            }
        }
    }
}
