//! Named tensors of 32-bit floats in a safetensors file, written and read piece by piece: a large
//! model is never in memory twice.

use std::path::Path;

use tch::{Device, Kind, Tensor};
use weights_file::{Dtype, Error, Texts, WeightsFile};

use crate::slices::as_mut_slice;

/// Floats that are converted to bytes at a time.
const PIECE: usize = 1 << 14;

/// Writes tensors, and texts beside them.
///
/// # Errors
/// [`Error::File`].
pub fn write<'a>(
    path: &Path,
    tensors: impl Iterator<Item = (&'a str, &'a Tensor)>,
    texts: Texts,
) -> Result<(), Error> {
    let (names, tensors): (Vec<&str>, Vec<&Tensor>) = tensors.unzip();
    let shapes = tensors.iter().map(|tensor| shape(tensor));
    let named: Vec<(&str, Vec<usize>)> = names.into_iter().zip(shapes).collect();
    weights_file::write(path, Dtype::F32, &named, Some(texts), |index, file| {
        each_piece(tensors[index], |bytes| file.write_all(bytes))
    })
}

/// Gives the elements of a tensor of 32-bit floats to `take`, piece by piece, as the file holds them:
/// little-endian, row by row.
///
/// # Errors
/// Those of `take`.
pub fn each_piece<E>(
    tensor: &Tensor,
    mut take: impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<(), E> {
    let flat = tensor.detach().to_device(Device::Cpu).reshape([-1]);
    let mut elements = vec![0f32; PIECE.min(flat.numel())];
    let mut bytes = Vec::with_capacity(4 * PIECE);
    for start in (0..flat.numel()).step_by(PIECE) {
        let count = PIECE.min(flat.numel() - start);
        let piece = flat.narrow(0, start as i64, count as i64);
        piece.copy_data(&mut elements, count);
        bytes.clear();
        bytes.extend(
            elements[..count]
                .iter()
                .flat_map(|value| value.to_le_bytes()),
        );
        take(&bytes)?;
    }
    Ok(())
}

/// Reads the tensors of a file that must have exactly the names and shapes of `expected`, in the
/// order of `expected`, and the texts beside them.
///
/// # Errors
/// [`Error::File`]; [`Error::Content`] with the first tensor that is missing, of another shape or
/// not of 32-bit floats, or with a name if there are others, or if the size of the file is not that
/// of these tensors. All of this is checked before any element is read.
pub fn read<'a>(
    path: &Path,
    expected: impl Iterator<Item = (&'a str, &'a Tensor)>,
) -> Result<(Vec<Tensor>, Texts), Error> {
    let expected: Vec<(&str, Vec<usize>)> =
        expected.map(|(name, like)| (name, shape(like))).collect();
    let mut file = WeightsFile::open(path)?;
    file.expect(Dtype::F32, &expected)?;
    let mut tensors = Vec::new();
    for (name, shape) in &expected {
        let shape: Vec<i64> = shape.iter().map(|&d| d as i64).collect();
        let mut tensor = Tensor::empty(&shape[..], (Kind::Float, Device::Cpu));
        // SAFETY: nobody else has this tensor yet.
        file.read(name, unsafe { as_mut_slice(&mut tensor) })?;
        tensors.push(tensor);
    }
    Ok((tensors, file.texts()))
}

fn shape(tensor: &Tensor) -> Vec<usize> {
    tensor.size().iter().map(|&d| d as usize).collect()
}
