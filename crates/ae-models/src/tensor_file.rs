//! Named tensors of 32-bit floats in a safetensors file, written and read piece by piece: a large
//! model is never in memory a second time.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::Path,
};

use safetensors::{
    Dtype,
    tensor::{Metadata, TensorInfo},
};
use tch::{Device, Kind, Tensor};

use weights_file::{MAX_HEADER, named_tensors};

use crate::{Error, as_mut_slice};

pub use weights_file::Texts;

/// Floats that are converted to bytes, or back, at a time.
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
    let mut tensors: Vec<(&str, &Tensor)> = tensors.collect();
    tensors.sort_by_key(|&(name, _)| name);
    let header = header(&tensors, texts);
    durable_fs::write_atomically_with(path, |file| {
        file.write_all(&(header.len() as u64).to_le_bytes())?;
        file.write_all(&header)?;
        tensors
            .iter()
            .try_for_each(|(_, tensor)| each_piece(tensor, |bytes| file.write_all(bytes)))
    })?;
    Ok(())
}

/// The header as JSON, filled up with spaces so that the data after it are aligned.
fn header(tensors: &[(&str, &Tensor)], texts: Texts) -> Vec<u8> {
    let mut end = 0;
    let infos = tensors.iter().map(|(name, tensor)| {
        let start = end;
        end += 4 * tensor.numel();
        let info = TensorInfo {
            dtype: Dtype::F32,
            shape: shape(tensor),
            data_offsets: (start, end),
        };
        ((*name).to_owned(), info)
    });
    let metadata = Metadata::new(Some(texts), infos.collect()).expect("offsets follow the shapes");
    let mut header = serde_json::to_vec(&metadata).expect("names and texts are strings");
    header.resize(header.len().next_multiple_of(8), b' ');
    header
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

/// Reads the tensors of a file that must hold exactly the names and shapes of `expected`, in the
/// order of `expected`, and the texts beside them.
///
/// # Errors
/// [`Error::File`]; [`Error::Weights`] with the first tensor that is missing, of another shape or
/// not of 32-bit floats, or with a name if there are others, or if the file is larger or smaller
/// than these tensors make it. All that is found out from its header.
pub fn read<'a>(
    path: &Path,
    expected: impl Iterator<Item = (&'a str, &'a Tensor)>,
) -> Result<(Vec<Tensor>, Texts), Error> {
    let expected: Vec<(&str, Vec<usize>)> =
        expected.map(|(name, like)| (name, shape(like))).collect();
    let failed = |source| Error::File(durable_fs::Error::io("read", path, source));
    let wrong = |problem: String| Error::Weights {
        path: path.to_owned(),
        problem,
    };
    let mut file = File::open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    let mut start = Vec::new();
    (&file)
        .take(8 + MAX_HEADER as u64)
        .read_to_end(&mut start)
        .map_err(failed)?;
    let (offsets, texts) = named_tensors(&start, metadata.len(), &expected).map_err(wrong)?;
    let tensors = offsets.iter().zip(&expected).map(|(&offset, (_, shape))| {
        file.seek(SeekFrom::Start(offset))?;
        read_elements(&mut file, shape)
    });
    let tensors = tensors.collect::<io::Result<_>>().map_err(failed)?;
    Ok((tensors, texts))
}

fn read_elements(file: &mut File, shape: &[usize]) -> io::Result<Tensor> {
    let shape: Vec<i64> = shape.iter().map(|&d| d as i64).collect();
    let mut tensor = Tensor::empty(&shape[..], (Kind::Float, Device::Cpu));
    // SAFETY: nobody else has this tensor yet.
    let elements = unsafe { as_mut_slice(&mut tensor) };
    let mut bytes = vec![0; 4 * PIECE];
    for piece in elements.chunks_mut(PIECE) {
        let bytes = &mut bytes[..4 * piece.len()];
        file.read_exact(bytes)?;
        for (value, bytes) in piece.iter_mut().zip(bytes.as_chunks().0) {
            *value = f32::from_le_bytes(*bytes);
        }
    }
    Ok(tensor)
}

fn shape(tensor: &Tensor) -> Vec<usize> {
    tensor.size().iter().map(|&d| d as usize).collect()
}
