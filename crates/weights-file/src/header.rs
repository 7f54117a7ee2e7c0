//! What the header of a safetensors file must say.

use std::collections::HashMap;

use durable_fs::quote_untrusted;
use safetensors::{
    Dtype,
    tensor::{Metadata, TensorInfo},
};
use serde::Deserialize;

/// The longest header that is read, in bytes. Names, shapes and texts of the largest model take a
/// hundredth of it.
pub const MAX_HEADER: usize = 1 << 20;

/// What a file says beside its tensors.
pub type Texts = HashMap<String, String>;

/// A header as it stands in a file.
#[derive(Deserialize)]
struct Header {
    #[serde(rename = "__metadata__")]
    texts: Option<Texts>,
    #[serde(flatten)]
    tensors: HashMap<String, TensorInfo>,
}

/// Where in a file of `length` bytes, of which `start` are the first (all of its header, at least),
/// the 32-bit little-endian floats of each tensor of `expected` begin: a name and a shape, in the
/// order of `expected`; and the texts beside them.
///
/// # Errors
/// In words: what keeps it from being a safetensors file; the first tensor that is missing, of
/// another shape or not of 32-bit floats; a name if there are others.
pub fn named_tensors(
    start: &[u8],
    length: u64,
    expected: &[(&str, Vec<usize>)],
) -> Result<(Vec<u64>, Texts), String> {
    let (data, header) = header(start)
        .map_err(|problem| quote_untrusted(&format!("expected a safetensors file, {problem}")))?;
    let mut offsets = Vec::new();
    for (name, shape) in expected {
        let info = header
            .info(name)
            .ok_or_else(|| format!("expected a tensor {name:?}, found none"))?;
        if info.shape != *shape || info.dtype != Dtype::F32 {
            return Err(quote_untrusted(&format!(
                "expected {name:?} to be {shape:?} of F32, found {:?} of {:?}",
                info.shape, info.dtype
            )));
        }
        offsets.push((data + info.data_offsets.0) as u64);
    }
    let found = header.offset_keys();
    if found.len() != expected.len() {
        let other = found
            .iter()
            .filter(|&found| expected.iter().all(|(name, _)| name != found))
            .min();
        return Err(quote_untrusted(&format!(
            "expected {} tensors, found {}, among them {:?}",
            expected.len(),
            found.len(),
            other.map_or("", String::as_str)
        )));
    }
    let whole = (data + header.data_len()) as u64;
    if length != whole {
        return Err(format!("expected {whole} bytes, found {length}"));
    }
    Ok((offsets, header.metadata().clone().unwrap_or_default()))
}

/// Where the data begin, and the header, whose offsets are checked against its shapes.
fn header(start: &[u8]) -> Result<(usize, Metadata), String> {
    let (length, rest) = start
        .split_first_chunk()
        .ok_or("found no length of a header")?;
    let length = u64::from_le_bytes(*length);
    let length = usize::try_from(length)
        .ok()
        .filter(|&length| length <= MAX_HEADER)
        .ok_or_else(|| format!("found a header of {length} bytes, more than {MAX_HEADER}"))?;
    let header = rest
        .get(..length)
        .ok_or_else(|| format!("found its header of {length} bytes cut off"))?;
    let header: Header =
        serde_json::from_slice(header).map_err(|error| format!("found another header: {error}"))?;
    let mut tensors: Vec<(String, TensorInfo)> = header.tensors.into_iter().collect();
    tensors.sort_by_key(|(_, info)| info.data_offsets);
    let header = Metadata::new(header.texts, tensors)
        .map_err(|error| format!("found a header that contradicts itself: {error}"))?;
    Ok((8 + length, header))
}
