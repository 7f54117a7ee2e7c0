//! A matrix whose memory is reused from batch to batch.

use tch::{Device, Kind, Tensor};

use super::{
    column_parts::{part_width, parts, parts_mut},
    product::product,
};
use crate::{as_mut_slice, as_slice};

/// A row-major matrix of 32-bit floats on the CPU whose size changes from batch to batch while its
/// memory is reused.
#[derive(Debug)]
pub(super) struct Matrix {
    memory: Tensor,
    /// Whether the memory belongs to a tensor of the caller, which is only read.
    is_shared: bool,
    rows: usize,
    columns: usize,
}

impl Matrix {
    /// A matrix without elements.
    pub(super) fn new() -> Self {
        Matrix {
            memory: Tensor::zeros([1], (Kind::Float, Device::Cpu)),
            is_shared: false,
            rows: 0,
            columns: 0,
        }
    }

    /// A view of `tensor`, `[I, J]` and contiguous, to be read until it is resized.
    pub(super) fn view_of(tensor: &Tensor) -> Self {
        Matrix {
            memory: tensor.flatten(0, -1),
            is_shared: true,
            rows: tensor.size()[0] as usize,
            columns: tensor.size()[1] as usize,
        }
    }

    pub(super) fn columns(&self) -> usize {
        self.columns
    }

    /// Rows and columns.
    pub(super) fn size(&self) -> (usize, usize) {
        (self.rows, self.columns)
    }

    /// Resizes without initializing: the contents are unspecified.
    pub(super) fn resize(&mut self, rows: usize, columns: usize) {
        if self.is_shared || rows * columns > self.memory.numel() {
            self.memory = Tensor::zeros([(rows * columns) as i64], (Kind::Float, Device::Cpu));
            self.is_shared = false;
        }
        (self.rows, self.columns) = (rows, columns);
    }

    /// The elements, row by row.
    pub(super) fn values(&self) -> &[f32] {
        // SAFETY: whatever writes to memory that this matrix owns borrows it mutably, or is a call
        // of libtorch that has returned. Shared memory belongs to a batch, which is not written to
        // while a model computes.
        let memory = unsafe { as_slice(&self.memory) };
        &memory[..self.rows * self.columns]
    }

    /// The elements, row by row, mutable.
    pub(super) fn values_mut(&mut self) -> &mut [f32] {
        assert!(
            !self.is_shared,
            "the memory of a caller's tensor is only read"
        );
        // SAFETY: as in `values`; this matrix owns the memory and is borrowed mutably.
        let memory = unsafe { as_mut_slice(&mut self.memory) };
        &mut memory[..self.rows * self.columns]
    }

    /// The width of the parts of a pass over this matrix: see [`part_width`].
    pub(super) fn part_width(&self) -> usize {
        part_width(self.rows, self.columns)
    }

    /// The matrix in parts of `width` columns.
    pub(super) fn parts(&self, width: usize) -> Vec<Vec<&[f32]>> {
        parts(self.values(), self.columns, width)
    }

    /// The matrix in parts of `width` columns, mutable.
    pub(super) fn parts_mut(&mut self, width: usize) -> Vec<Vec<&mut [f32]>> {
        let columns = self.columns;
        parts_mut(self.values_mut(), columns, width)
    }

    /// Sets this matrix to the product of `a`, `[I, J]`, and `b`, `[J, K]`.
    pub(super) fn set_product(&mut self, a: &Tensor, b: &Tensor) {
        self.resize(a.size()[0] as usize, b.size()[1] as usize);
        product(a, b, self.values_mut());
    }

    /// The matrix as a tensor on the same memory, to be passed to libtorch immediately.
    pub(super) fn tensor(&self) -> Tensor {
        let (rows, columns) = (self.rows as i64, self.columns as i64);
        self.memory
            .narrow(0, 0, rows * columns)
            .view([rows, columns])
    }
}
