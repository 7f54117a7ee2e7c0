//! The bytes of a safetensors file as the tensors that it must hold. Without libtorch, so that a
//! fuzzer can run it.

use std::collections::HashMap;

use experiment::in_short;
use safetensors::{Dtype, SafeTensors};

/// What a file says beside its tensors.
pub type Texts = HashMap<String, String>;

/// The elements of the tensors of `expected`, each a name and a shape, in its order, as 32-bit
/// little-endian floats; and the texts beside them.
///
/// # Errors
/// In words: the first tensor that is missing, of another shape or not of 32-bit floats, or the
/// names if there are others.
pub fn named_tensors<'d>(
    bytes: &'d [u8],
    expected: &[(&str, Vec<usize>)],
) -> Result<(Vec<&'d [u8]>, Texts), String> {
    let not_safetensors = |error| in_short(&format!("expected a safetensors file: {error}"));
    let file = SafeTensors::deserialize(bytes).map_err(not_safetensors)?;
    let mut tensors = Vec::new();
    for (name, shape) in expected {
        let tensor = file
            .tensor(name)
            .map_err(|_| format!("expected a tensor {name:?}, found none"))?;
        if tensor.shape() != shape || tensor.dtype() != Dtype::F32 {
            return Err(in_short(&format!(
                "expected {name:?} to be {shape:?} of F32, found {:?} of {:?}",
                tensor.shape(),
                tensor.dtype()
            )));
        }
        tensors.push(tensor.data());
    }
    if file.len() != tensors.len() {
        let (count, found) = (tensors.len(), file.len());
        let other = file
            .names()
            .into_iter()
            .filter(|&found| expected.iter().all(|(name, _)| *name != found))
            .min();
        return Err(in_short(&format!(
            "expected {count} tensors, found {found}, among them {:?}",
            other.unwrap_or_default()
        )));
    }
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(not_safetensors)?;
    Ok((tensors, header.metadata().clone().unwrap_or_default()))
}
