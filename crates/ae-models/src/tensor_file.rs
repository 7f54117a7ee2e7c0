//! Named tensors of 32-bit floats in a safetensors file.

use std::{collections::HashMap, fs, path::Path};

use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use tch::{Device, Kind, Tensor};

use crate::{Error, as_slice};

/// Writes tensors, and texts beside them.
///
/// # Errors
/// [`Error::Io`].
pub fn write<'a>(
    path: &Path,
    tensors: impl Iterator<Item = (&'a str, &'a Tensor)>,
    metadata: HashMap<String, String>,
) -> Result<(), Error> {
    let tensors: Vec<(&str, Vec<usize>, Vec<u8>)> = tensors
        .map(|(name, tensor)| {
            let shape = tensor.size().iter().map(|&d| d as usize).collect();
            (name, shape, bytes(tensor))
        })
        .collect();
    let views = tensors.iter().map(|(name, shape, bytes)| {
        let view = TensorView::new(Dtype::F32, shape.clone(), bytes)
            .expect("a tensor's bytes agree with its shape");
        (name, view)
    });
    let bytes = safetensors::serialize(views, Some(metadata)).expect("names are distinct");
    mnist_io::write_atomically(path, &bytes).map_err(|source| Error::Io {
        operation: "write",
        path: path.to_owned(),
        source,
    })
}

/// The elements of a tensor of 32-bit floats as the file holds them: little-endian, row by row.
pub fn bytes(tensor: &Tensor) -> Vec<u8> {
    let on_cpu = tensor.detach().to_device(Device::Cpu).contiguous();
    // SAFETY: nothing writes to weights while they are saved.
    let elements = unsafe { as_slice(&on_cpu) };
    elements
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect()
}

/// Reads the tensors of a file that must hold exactly the names and shapes of `expected`, in the
/// order of `expected`, and the texts beside them.
///
/// # Errors
/// [`Error::Io`]; [`Error::Weights`] with the first tensor that is missing, of another shape or
/// not of 32-bit floats, or with the names if there are others.
pub fn read<'a>(
    path: &Path,
    expected: impl Iterator<Item = (&'a str, &'a Tensor)>,
) -> Result<(Vec<Tensor>, HashMap<String, String>), Error> {
    let wrong = |problem: String| Error::Weights {
        path: path.to_owned(),
        problem,
    };
    let not_safetensors = |e| wrong(format!("expected a safetensors file: {e}"));
    let bytes = fs::read(path).map_err(|source| Error::Io {
        operation: "read",
        path: path.to_owned(),
        source,
    })?;
    let file = SafeTensors::deserialize(&bytes).map_err(not_safetensors)?;
    let mut tensors = Vec::new();
    for (name, like) in expected {
        let view = file
            .tensor(name)
            .map_err(|_| wrong(format!("expected a tensor {name:?}, found none")))?;
        let shape: Vec<i64> = view.shape().iter().map(|&d| d as i64).collect();
        if shape != like.size() || view.dtype() != Dtype::F32 {
            return Err(wrong(format!(
                "expected {name:?} to be {:?} of F32, found {shape:?} of {:?}",
                like.size(),
                view.dtype()
            )));
        }
        tensors.push(Tensor::from_data_size(view.data(), &shape, Kind::Float));
    }
    if file.len() != tensors.len() {
        return Err(wrong(format!(
            "expected {} tensors, found {}: {:?}",
            tensors.len(),
            file.len(),
            file.names()
        )));
    }
    let (_, header) = SafeTensors::read_metadata(&bytes).map_err(not_safetensors)?;
    Ok((tensors, header.metadata().clone().unwrap_or_default()))
}
