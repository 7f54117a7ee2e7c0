//! Skip connections: a stage that also takes what its part of the model begins with.

use std::ops::Range;

use multiversion::multiversion;
use tch::Tensor;

use super::{layer_output::LayerOutput, matrix::Matrix};
use crate::{in_parts, rows_of_part};

/// A skip connection into a stage, with the memory of what the stage takes.
#[derive(Debug)]
pub(super) struct Skip {
    /// Which of the engine's outputs it comes from.
    pub(super) from: usize,
    /// `[N, U + S]`: the outputs of the stage before, and beside them those that the part begins with.
    joined: Matrix,
}

impl Skip {
    pub(super) fn new(from: usize) -> Self {
        Skip {
            from,
            joined: Matrix::new(),
        }
    }

    /// Sets what the stage takes, and returns it: `x [N, U]` and beside it `start [N, S]`.
    pub(super) fn join(&mut self, x: &LayerOutput, start: &LayerOutput) -> Tensor {
        let (rows, before) = x.values.size();
        let added = start.width();
        let width = before + added;
        self.joined.resize(rows, width);
        let rows = rows_of_part(width);
        let parts = self.joined.values_mut().chunks_mut(rows * width);
        let sources = x.values.values().chunks(rows * before);
        let sources = sources.zip(start.values.values().chunks(rows * added));
        in_parts(parts.zip(sources).collect(), &|(into, (x, start)): (
            &mut [f32],
            (&[f32], &[f32]),
        )| {
            let rows = x.chunks_exact(before).zip(start.chunks_exact(added));
            for (into, (x, start)) in into.chunks_exact_mut(width).zip(rows) {
                into[..before].copy_from_slice(x);
                into[before..].copy_from_slice(start);
            }
        });
        self.joined()
    }

    /// What the stage takes, `[N, U + S]`.
    pub(super) fn joined(&self) -> Tensor {
        self.joined.tensor()
    }

    /// The columns of the stage's weight for the active ones of an output whose columns are `range`
    /// there.
    pub(super) fn columns(range: Range<usize>, output: &LayerOutput) -> Vec<usize> {
        match output.active_columns() {
            Some(active) => active.iter().map(|column| range.start + column).collect(),
            None => range.collect(),
        }
    }
}

/// Adds `summand [N, K]` to `sum`, or sets `sum` to it if `sum` is empty.
pub(super) fn add(sum: &mut Matrix, summand: &Matrix) {
    let (rows, columns) = summand.size();
    if sum.size() == (0, 0) {
        sum.resize(rows, columns);
        sum.values_mut().copy_from_slice(summand.values());
    } else {
        add_to(sum.values_mut(), summand.values());
    }
}

#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
fn add_to(sum: &mut [f32], summand: &[f32]) {
    for (sum, summand) in sum.iter_mut().zip(summand) {
        *sum += summand;
    }
}
