use tch::{Device, Kind, Tensor};

/// The elements of a tensor that lies on the CPU, contiguous, of 32-bit floats.
///
/// # Panics
/// If it is not such a tensor: a mistake of the caller, never of a user's input.
pub fn as_slice(tensor: &Tensor) -> &[f32] {
    check(tensor);
    // SAFETY: checked above: `numel` floats lie side by side at `data_ptr`, and the tensor, hence
    // its storage, outlives the slice. Nothing writes to them while the slice is shared, since
    // writing needs `as_mut_slice` or libtorch, which the caller does not call meanwhile.
    unsafe { std::slice::from_raw_parts(tensor.data_ptr().cast(), tensor.numel()) }
}

/// As [`as_slice`], to write to.
///
/// # Panics
/// As [`as_slice`].
pub fn as_mut_slice(tensor: &mut Tensor) -> &mut [f32] {
    check(tensor);
    // SAFETY: as in `as_slice`; the exclusive borrow keeps other slices of this tensor away. A
    // second tensor that shares the storage would alias: callers pass tensors that own theirs.
    unsafe { std::slice::from_raw_parts_mut(tensor.data_ptr().cast(), tensor.numel()) }
}

fn check(tensor: &Tensor) {
    assert!(
        tensor.device() == Device::Cpu && tensor.kind() == Kind::Float && tensor.is_contiguous(),
        "expected contiguous 32-bit floats on the CPU, found {tensor:?}"
    );
}
