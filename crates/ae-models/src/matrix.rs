use tch::{Device, Kind, Tensor};

use crate::{as_mut_slice, as_slice};

/// A matrix on the CPU whose size changes from batch to batch and whose memory stays.
#[derive(Debug)]
pub(crate) struct Matrix {
    memory: Tensor,
    rows: usize,
    columns: usize,
}

impl Matrix {
    /// A matrix without elements.
    pub(crate) fn new() -> Self {
        Matrix {
            memory: Tensor::zeros([1], (Kind::Float, Device::Cpu)),
            rows: 0,
            columns: 0,
        }
    }

    /// The matrix `tensor`, in the same memory, which must not be written to.
    pub(crate) fn of(tensor: &Tensor) -> Self {
        Matrix {
            memory: tensor.flatten(0, -1),
            rows: tensor.size()[0] as usize,
            columns: tensor.size()[1] as usize,
        }
    }

    pub(crate) fn columns(&self) -> usize {
        self.columns
    }

    /// Changes the size; the elements are then any.
    pub(crate) fn resize(&mut self, rows: usize, columns: usize) {
        if rows * columns > self.memory.numel() {
            self.memory = Tensor::zeros([(rows * columns) as i64], (Kind::Float, Device::Cpu));
        }
        (self.rows, self.columns) = (rows, columns);
    }

    /// The elements by rows.
    pub(crate) fn values(&self) -> &[f32] {
        // SAFETY: the memory is this matrix's own, borrowed as long as the slice; tensors of it
        // live no longer than a call of libtorch.
        let memory = unsafe { as_slice(&self.memory) };
        &memory[..self.rows * self.columns]
    }

    /// The elements by rows, to be changed.
    pub(crate) fn values_mut(&mut self) -> &mut [f32] {
        // SAFETY: as in `values`, borrowed mutably.
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
