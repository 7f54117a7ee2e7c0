//! Descriptions of the first difference of two weights files.

use safetensors::{Dtype, serialize, tensor::TensorView};
use weights_file::first_difference;

/// A safetensors file of one tensor, `[2, 3]`.
fn weights(name: &str, numbers: [f32; 6]) -> Vec<u8> {
    let bytes: Vec<u8> = numbers.iter().flat_map(|n| n.to_le_bytes()).collect();
    let view = TensorView::new(Dtype::F32, vec![2, 3], &bytes).unwrap();
    serialize([(name, view)], None).unwrap()
}

#[test]
fn weights_differ_in_bits_not_in_value() {
    let zero = weights("a", [0.0; 6]);
    assert_eq!(first_difference(&zero, &zero), None);
    let negative = weights("a", [0.0, 0.0, 0.0, 0.0, -0.0, 1.0]);
    let said = first_difference(&zero, &negative).unwrap();
    assert_eq!(said, "a[1, 1]: recorded 0.0, now -0.0");
}

#[test]
fn tensors_that_only_one_file_has_are_named() {
    let said = first_difference(&weights("b", [0.0; 6]), &weights("a", [0.0; 6])).unwrap();
    assert_eq!(said, "only one of the files has a");
}

#[test]
fn a_file_that_was_cut_off_is_a_difference() {
    let whole = weights("a", [0.0; 6]);
    let said = first_difference(&whole[..whole.len() - 1], &whole).unwrap();
    assert!(said.starts_with("expected a safetensors file: "), "{said}");
}

#[test]
fn untrusted_names_are_quoted() {
    let name = "\u{1b}[31m".to_owned() + &"a".repeat(1000);
    let said = first_difference(&weights(&name, [0.0; 6]), &weights(&name, [1.0; 6])).unwrap();
    assert!(said.len() < 400 && !said.contains('\u{1b}'), "{said:?}");
}
