//! The memory of tensors as slices.
//!
//! What the callers in this workspace promise rests on two facts. A model, its optimizer and its
//! batches stay on the thread of their experiment, which hands no tensor to another. And libtorch
//! writes to memory only within a call: the callers make none while a slice lives.

use tch::{Device, Kind, Tensor};

/// The elements of a tensor that lies on the CPU, contiguous, of 32-bit floats.
///
/// # Safety
/// Nothing may write to the tensor's storage, through this tensor or another that shares it, while
/// the slice lives.
///
/// # Panics
/// If it is not such a tensor: a mistake of the caller, never of a user's input.
pub unsafe fn as_slice(tensor: &Tensor) -> &[f32] {
    check(tensor);
    // The elements of a tensor that has none may lie at the null pointer, where no slice may be.
    if tensor.numel() == 0 {
        return &[];
    }
    // SAFETY: checked above: `numel` floats lie side by side at `data_ptr`, and the tensor, hence
    // its storage, outlives the slice. That nothing writes to them is the caller's promise.
    unsafe { std::slice::from_raw_parts(tensor.data_ptr().cast(), tensor.numel()) }
}

/// As [`as_slice`], to write to.
///
/// # Safety
/// Nothing else may read or write the tensor's storage while the slice lives.
///
/// # Panics
/// As [`as_slice`].
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
