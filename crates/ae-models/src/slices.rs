//! The memory of tensors as slices.
//!
//! Callers in this workspace can keep the promises below because of two facts. A model, its
//! optimizer and its batches belong to the thread of their experiment; other threads get parts of them
//! that nobody else uses until they are done. And libtorch writes to memory only within a call: no
//! caller makes one that writes to a tensor while a slice of it lives.

use tch::{Device, Kind, Tensor};

/// The elements of a contiguous tensor of 32-bit floats on the CPU, row by row.
///
/// # Safety
/// Nothing may write to the tensor's storage, through this tensor or another that shares it, while
/// the slice lives.
///
/// # Panics
/// If the tensor is on another device, not contiguous or of another type: a mistake of the caller,
/// never of a user's input.
pub unsafe fn as_slice(tensor: &Tensor) -> &[f32] {
    check(tensor);
    // The data pointer of an empty tensor may be null, which a slice must not be.
    if tensor.numel() == 0 {
        return &[];
    }
    // SAFETY: checked above: `numel` floats are adjacent at `data_ptr`, and the tensor, hence
    // its storage, outlives the slice. That nothing writes to them is the caller's promise.
    unsafe { std::slice::from_raw_parts(tensor.data_ptr().cast(), tensor.numel()) }
}

/// Like [`as_slice`], to write to.
///
/// # Safety
/// Nothing else may read or write the tensor's storage while the slice lives.
///
/// # Panics
/// Like [`as_slice`].
pub unsafe fn as_mut_slice(tensor: &mut Tensor) -> &mut [f32] {
    check(tensor);
    if tensor.numel() == 0 {
        return &mut [];
    }
    // SAFETY: as in `as_slice`; that no other tensor's slice overlaps is the caller's promise.
    unsafe { std::slice::from_raw_parts_mut(tensor.data_ptr().cast(), tensor.numel()) }
}

fn check(tensor: &Tensor) {
    assert!(
        tensor.device() == Device::Cpu && tensor.kind() == Kind::Float && tensor.is_contiguous(),
        "expected contiguous 32-bit floats on the CPU, found {tensor:?}"
    );
}
