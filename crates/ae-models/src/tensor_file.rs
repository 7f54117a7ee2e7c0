//! Named tensors of 32-bit floats in a safetensors file.

use std::{fs::File, io::Read, path::Path};

use safetensors::{Dtype, tensor::TensorView};
use tch::{Device, Kind, Tensor};

use crate::{
    Error, as_slice,
    named_tensors::{Texts, named_tensors},
};

/// Names, shapes and texts of the largest model take a hundredth of it.
const LONGEST_HEADER: usize = 1 << 20;

/// Writes tensors, and texts beside them.
///
/// # Errors
/// [`Error::Io`].
pub fn write<'a>(
    path: &Path,
    tensors: impl Iterator<Item = (&'a str, &'a Tensor)>,
    metadata: Texts,
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
/// not of 32-bit floats, or with a name if there are others, or if the file is larger than these
/// tensors make it. Nothing of that size is read.
pub fn read<'a>(
    path: &Path,
    expected: impl Iterator<Item = (&'a str, &'a Tensor)>,
) -> Result<(Vec<Tensor>, Texts), Error> {
    let wrong = |problem: String| Error::Weights {
        path: path.to_owned(),
        problem,
    };
    let expected: Vec<(&str, Vec<usize>)> = expected
        .map(|(name, like)| (name, like.size().iter().map(|&d| d as usize).collect()))
        .collect();
    let elements = |shape: &Vec<usize>| shape.iter().product::<usize>();
    let data: usize = expected.iter().map(|(_, shape)| 4 * elements(shape)).sum();
    let most = data + LONGEST_HEADER;
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(most as u64 + 1).read_to_end(&mut bytes))
        .map_err(|source| Error::Io {
            operation: "read",
            path: path.to_owned(),
            source,
        })?;
    if bytes.len() > most {
        return Err(wrong(format!(
            "expected {data} bytes of tensors, found more"
        )));
    }
    let (tensors, texts) = named_tensors(&bytes, &expected).map_err(wrong)?;
    let tensors = tensors
        .into_iter()
        .zip(&expected)
        .map(|(data, (_, shape))| {
            let shape: Vec<i64> = shape.iter().map(|&d| d as i64).collect();
            Tensor::from_data_size(data, &shape, Kind::Float)
        });
    Ok((tensors.collect(), texts))
}
