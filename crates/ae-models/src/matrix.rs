use tch::{Device, Kind, Tensor};

use crate::{as_mut_slice, as_slice};

/// A matrix on the CPU whose size changes from batch to batch and whose memory stays.
#[derive(Debug)]
pub(crate) struct Matrix {
    memory: Tensor,
    /// Whether the memory is that of a tensor of the caller's, which is only read.
    is_shared: bool,
    rows: usize,
    columns: usize,
}

impl Matrix {
    /// A matrix without elements.
    pub(crate) fn new() -> Self {
        Matrix {
            memory: Tensor::zeros([1], (Kind::Float, Device::Cpu)),
            is_shared: false,
            rows: 0,
            columns: 0,
        }
    }

    /// The matrix `tensor`, in the same memory, to be read until it is resized.
    pub(crate) fn of(tensor: &Tensor) -> Self {
        Matrix {
            memory: tensor.flatten(0, -1),
            is_shared: true,
            rows: tensor.size()[0] as usize,
            columns: tensor.size()[1] as usize,
        }
    }

    pub(crate) fn columns(&self) -> usize {
        self.columns
    }

    /// Changes the size; the elements are then any.
    pub(crate) fn resize(&mut self, rows: usize, columns: usize) {
        if self.is_shared || rows * columns > self.memory.numel() {
            self.memory = Tensor::zeros([(rows * columns) as i64], (Kind::Float, Device::Cpu));
            self.is_shared = false;
        }
        (self.rows, self.columns) = (rows, columns);
    }

    /// The elements by rows.
    pub(crate) fn values(&self) -> &[f32] {
        // SAFETY: what writes to this matrix's own memory borrows it mutably, or is a call of
        // libtorch that has returned. Shared memory belongs to a batch, which is not written to
        // while a model computes.
        let memory = unsafe { as_slice(&self.memory) };
        &memory[..self.rows * self.columns]
    }

    /// The elements by rows, to be changed.
    pub(crate) fn values_mut(&mut self) -> &mut [f32] {
        assert!(
            !self.is_shared,
            "the memory of a caller's tensor is only read"
        );
        // SAFETY: as in `values`; the memory is this matrix's own, borrowed mutably.
        let memory = unsafe { as_mut_slice(&mut self.memory) };
        &mut memory[..self.rows * self.columns]
    }

    /// Becomes the product of `a`, `[I, J]`, and `b`, `[J, K]`.
    pub(crate) fn product(&mut self, a: &Tensor, b: &Tensor) {
        self.resize(a.size()[0] as usize, b.size()[1] as usize);
        let _ = a.mm_out(&self.tensor(), b);
    }

    /// The matrix as a tensor on the same memory, to be handed to libtorch at once.
    pub(crate) fn tensor(&self) -> Tensor {
        let (rows, columns) = (self.rows as i64, self.columns as i64);
        self.memory
            .narrow(0, 0, rows * columns)
            .view([rows, columns])
    }
}
