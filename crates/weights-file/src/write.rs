//! Writing a file of weights piece by piece: a large model is never in memory twice.

use std::{
    io::{self, Write},
    path::Path,
};

use safetensors::{
    Dtype,
    tensor::{Metadata, TensorInfo},
};

use crate::{error::Error, header::Texts};

/// Writes a safetensors file, whole or not at all: the tensors `tensors`, each a name and a shape, all
/// of `dtype`, and texts beside them. `elements` is called once for each tensor, with its index in
/// `tensors`, and must write its elements row by row, little-endian.
///
/// # Errors
/// [`Error::File`], also for an error of `elements`; what was at `path` before is untouched.
pub fn write(
    path: &Path,
    dtype: Dtype,
    tensors: &[(&str, Vec<usize>)],
    texts: Option<Texts>,
    mut elements: impl FnMut(usize, &mut dyn Write) -> io::Result<()>,
) -> Result<(), Error> {
    let mut order: Vec<usize> = (0..tensors.len()).collect();
    order.sort_by_key(|&index| tensors[index].0);
    let header = header(dtype, order.iter().map(|&index| &tensors[index]), texts);
    durable_fs::write_atomically_with(path, |file| {
        file.write_all(&(header.len() as u64).to_le_bytes())?;
        file.write_all(&header)?;
        order.iter().try_for_each(|&index| elements(index, file))
    })?;
    Ok(())
}

/// The header as JSON, padded with spaces so that the data after it are aligned.
fn header<'a>(
    dtype: Dtype,
    tensors: impl Iterator<Item = &'a (&'a str, Vec<usize>)>,
    texts: Option<Texts>,
) -> Vec<u8> {
    let mut end = 0;
    let infos = tensors.map(|(name, shape)| {
        let start = end;
        end += shape.iter().product::<usize>() * dtype.bitsize() / 8;
        let info = TensorInfo {
            dtype,
            shape: shape.clone(),
            data_offsets: (start, end),
        };
        ((*name).to_owned(), info)
    });
    let metadata = Metadata::new(texts, infos.collect()).expect("offsets follow the shapes");
    let mut header = serde_json::to_vec(&metadata).expect("names and texts are strings");
    header.resize(header.len().next_multiple_of(8), b' ');
    header
}
