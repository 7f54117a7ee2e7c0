//! Conversions of tensors to plain numbers and arrays.

use ae_models::as_slice;
use experiment::Shape;
use mnist_io::{Elements, IdxArray};
use tch::{Device, Kind, Tensor};

/// A tensor's elements in row-major order, as 32-bit floats.
pub(crate) fn to_floats(tensor: &Tensor) -> Vec<f32> {
    let flat = tensor
        .detach()
        .to_device(Device::Cpu)
        .to_kind(Kind::Float)
        .flatten(0, -1);
    Vec::try_from(flat).expect("floats of rank 1")
}

/// What `f` makes of a tensor's elements in row-major order, as 32-bit floats.
pub(crate) fn with_floats<T>(tensor: &Tensor, f: impl FnOnce(&[f32]) -> T) -> T {
    let tensor = tensor.detach().to_device(Device::Cpu);
    let tensor = tensor.to_kind(Kind::Float).contiguous();
    // SAFETY: nothing that is given to this function writes to a tensor.
    f(unsafe { as_slice(&tensor) })
}

/// A tensor as an array of 32-bit floats of the same shape, for a file.
pub(crate) fn to_array(tensor: &Tensor) -> IdxArray {
    let shape = tensor.size().iter().map(|&d| d as usize).collect();
    IdxArray::new(shape, Elements::F32(to_floats(tensor))).expect("a tensor's own shape")
}

/// The number of true entries of a tensor of booleans.
pub(crate) fn count(truths: &Tensor) -> usize {
    truths.sum(Kind::Int64).int64_value(&[]) as usize
}

/// Whether every element of a tensor of 32-bit floats is zero; NaN is not.
pub(crate) fn is_zero(tensor: &Tensor) -> bool {
    if tensor.device() != Device::Cpu {
        return tensor.any().int64_value(&[]) == 0;
    }
    let tensor = tensor.contiguous();
    // SAFETY: nothing writes to this memory while the slice lives: a model overwrites its gradients
    // only in its next step.
    let elements = unsafe { as_slice(&tensor) };
    elements.iter().all(|&element| element == 0.0)
}

/// Images of `shape`, `[..., P]`, as `[N, R, C]` for one channel, or else `[N, channels, R, C]`.
pub(crate) fn as_images(images: &Tensor, shape: Shape) -> Tensor {
    let [channels, rows, columns] = [shape.channels, shape.rows, shape.columns].map(|n| n as i64);
    if channels == 1 {
        images.reshape([-1, rows, columns])
    } else {
        images.reshape([-1, channels, rows, columns])
    }
}
