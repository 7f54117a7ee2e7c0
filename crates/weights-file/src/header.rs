//! The header of a safetensors file: which tensors it has, and where.
//!
//! The format: the length of the header in 8 bytes, little-endian; the header, a JSON object from the
//! name of each tensor to its type, shape and place in the data; the data, little-endian, row by row.

use std::collections::HashMap;

use durable_fs::quote_untrusted;
use safetensors::{
    Dtype,
    tensor::{Metadata, TensorInfo},
};
use serde::Deserialize;

/// Maximum length of a header in bytes: a hundred times that of the largest model.
pub const MAX_HEADER: usize = 1 << 20;

/// The `__metadata__` of a file: texts by their names.
pub type Texts = HashMap<String, String>;

/// A header that agrees with itself and with the size of its file.
#[derive(Debug)]
pub struct Header {
    /// Where in the file the data begin.
    data: usize,
    metadata: Metadata,
}

impl Header {
    /// Parses the header of a file of `length` bytes, whose first bytes are `start`: at least the
    /// whole header, or `8 + MAX_HEADER` bytes.
    ///
    /// # Errors
    /// A message that says why it is not a safetensors file.
    pub fn parse(start: &[u8], length: u64) -> Result<Header, String> {
        let (data, metadata) = metadata(start).map_err(|problem| {
            quote_untrusted(&format!("expected a safetensors file, {problem}"))
        })?;
        let expected = (data as u64).saturating_add(metadata.data_len() as u64);
        if length != expected {
            return Err(format!("expected {expected} bytes, found {length}"));
        }
        Ok(Header { data, metadata })
    }

    /// Checks that there are exactly the tensors `expected`, each a name and a shape, of `dtype`.
    ///
    /// # Errors
    /// A message with the first tensor that is missing, or of another shape or type; otherwise a tensor
    /// that is not expected.
    pub fn expect(&self, dtype: Dtype, expected: &[(&str, Vec<usize>)]) -> Result<(), String> {
        for (name, shape) in expected {
            let found = self
                .metadata
                .info(name)
                .ok_or_else(|| format!("expected a tensor {name:?}, found none"))?;
            if found.shape != *shape || found.dtype != dtype {
                return Err(quote_untrusted(&format!(
                    "expected {name:?} to be {shape:?} of {dtype:?}, found {:?} of {:?}",
                    found.shape, found.dtype
                )));
            }
        }
        let found = self.metadata.offset_keys();
        if found.len() == expected.len() {
            return Ok(());
        }
        let other = found
            .iter()
            .filter(|found| expected.iter().all(|(name, _)| name != found))
            .min();
        Err(quote_untrusted(&format!(
            "expected {} tensors, found {}, among them {:?}",
            expected.len(),
            found.len(),
            other.map_or("", String::as_str)
        )))
    }

    /// The shape of a tensor; `None` if there is no such tensor.
    pub fn shape(&self, name: &str) -> Option<&[usize]> {
        Some(&self.metadata.info(name)?.shape)
    }

    /// Where in the file the elements of a tensor begin, in bytes; `None` if there is no such tensor.
    pub fn offset(&self, name: &str) -> Option<u64> {
        Some((self.data + self.metadata.info(name)?.data_offsets.0) as u64)
    }

    /// The texts beside the tensors.
    pub fn texts(&self) -> Texts {
        self.metadata.metadata().clone().unwrap_or_default()
    }
}

/// The header as JSON.
#[derive(Deserialize)]
struct Json {
    #[serde(rename = "__metadata__")]
    texts: Option<Texts>,
    #[serde(flatten)]
    tensors: HashMap<String, TensorInfo>,
}

/// Where the data begin, and what the header says, with its offsets checked against its shapes.
fn metadata(start: &[u8]) -> Result<(usize, Metadata), String> {
    let (length, rest) = start
        .split_first_chunk()
        .ok_or("found no length of a header")?;
    let length = u64::from_le_bytes(*length);
    let length = usize::try_from(length)
        .ok()
        .filter(|&length| length <= MAX_HEADER)
        .ok_or_else(|| format!("found a header of {length} bytes, more than {MAX_HEADER}"))?;
    let json = rest
        .get(..length)
        .ok_or_else(|| format!("found its header of {length} bytes cut off"))?;
    let json: Json =
        serde_json::from_slice(json).map_err(|error| format!("found another header: {error}"))?;
    let mut tensors: Vec<(String, TensorInfo)> = json.tensors.into_iter().collect();
    tensors.sort_by_key(|(_, info)| info.data_offsets);
    let metadata = Metadata::new(json.texts, tensors)
        .map_err(|error| format!("found a header that contradicts itself: {error}"))?;
    Ok((8 + length, metadata))
}
