//! Where two files of weights first differ, in words.

use std::{collections::BTreeSet, iter};

use durable_fs::quote_untrusted;
use safetensors::{Dtype, SafeTensorError, SafeTensors, tensor::TensorView};

/// The first tensor, by name, in which two safetensors files differ, with the index of the first
/// number that differs and both its values; `None` if the files are the same byte by byte.
pub fn first_difference(recorded: &[u8], now: &[u8]) -> Option<String> {
    if recorded == now {
        return None;
    }
    let first = first_tensor(recorded, now);
    let message = first.unwrap_or_else(|error| format!("expected a safetensors file: {error}"));
    Some(quote_untrusted(&message))
}

fn first_tensor(recorded: &[u8], now: &[u8]) -> Result<String, SafeTensorError> {
    let recorded = SafeTensors::deserialize(recorded)?;
    let now = SafeTensors::deserialize(now)?;
    let names: BTreeSet<&str> = recorded.names().into_iter().chain(now.names()).collect();
    for name in names {
        let (Ok(recorded), Ok(now)) = (recorded.tensor(name), now.tensor(name)) else {
            return Ok(format!("only one of the files has {name}"));
        };
        if let Some(difference) = first_number(name, &recorded, &now) {
            return Ok(difference);
        }
    }
    Ok("the same tensors, the header written in another way".into())
}

fn first_number(name: &str, recorded: &TensorView, now: &TensorView) -> Option<String> {
    let form = |tensor: &TensorView| format!("{:?} of {}", tensor.shape(), tensor.dtype());
    let (old, new) = (form(recorded), form(now));
    if old != new {
        return Some(format!("{name}: recorded {old}, now {new}"));
    }
    let (size, show): (usize, fn(&[u8]) -> String) = match now.dtype() {
        Dtype::F32 => (4, |bytes| format!("{:?}", f32::from_le_bytes(array(bytes)))),
        Dtype::F64 => (8, |bytes| format!("{:?}", f64::from_le_bytes(array(bytes)))),
        other => return Some(format!("{name}: expected F32 or F64, found {other}")),
    };
    let pairs = iter::zip(
        recorded.data().chunks_exact(size),
        now.data().chunks_exact(size),
    );
    let mut differing = pairs.enumerate().filter(|(_, (a, b))| a != b);
    let (position, (recorded, other)) = differing.next()?;
    Some(format!(
        "{name}{:?}: recorded {}, now {}",
        index(position, now.shape()),
        show(recorded),
        show(other)
    ))
}

fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.try_into().expect("the size of an element")
}

/// The index in a tensor of `shape` of the number at `position` in row-major order.
fn index(mut position: usize, shape: &[usize]) -> Vec<usize> {
    let mut index = vec![0; shape.len()];
    for (index, length) in index.iter_mut().zip(shape).rev() {
        *index = position % length;
        position /= length;
    }
    index
}
