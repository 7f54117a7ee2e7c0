//! The values of one layer for a batch, and which of its columns are nonzero.

use experiment::Activation;
use tch::Tensor;

use super::{column_parts, columns::gather_columns, elementwise, matrix::Matrix};
use crate::in_parts;

/// The input of a dense model, or the output of one of its layers, for a batch, `[N, U]`. Only the
/// K columns that are nonzero for some image are multiplied, of the input and of ReLUs, except where a
/// skip connection joins them to others. Weights of the other columns are never read, even if they are
/// NaN.
#[derive(Debug)]
pub(super) struct LayerOutput {
    /// `[N, U]`; of the last layer, the gradient of the loss with respect to its sums.
    pub(super) values: Matrix,
    /// The K active columns, ascending; `None` if all U are used.
    active_columns: Option<Vec<usize>>,
    /// `[N, K]`: the values of the active columns, unless all are used.
    compact: Matrix,
    /// `[N, U]`: of a hidden layer, the slopes of its outputs with respect to its sums, unless it is a
    /// plain ReLU, whose outputs tell them.
    slopes: Matrix,
    /// `[N, K]`: of a hidden layer, the gradient of the loss with respect to its sums.
    pub(super) gradient: Matrix,
}

impl LayerOutput {
    pub(super) fn new() -> Self {
        LayerOutput {
            values: Matrix::new(),
            active_columns: None,
            compact: Matrix::new(),
            slopes: Matrix::new(),
            gradient: Matrix::new(),
        }
    }

    /// Sets the values to the input of a model, `[N, P]`, without copying it.
    pub(super) fn set_input(&mut self, input: &Tensor) {
        self.values = Matrix::view_of(input);
        let mut nonzero = vec![0; self.width()];
        let width = self.values.part_width();
        let values = self.values.parts(width).into_iter();
        let parts = values.zip(nonzero.chunks_mut(width)).collect();
        in_parts(parts, &|(values, nonzero): (Vec<_>, _)| {
            elementwise::find_nonzero_columns(&values, nonzero);
        });
        self.set_active_columns(&nonzero);
    }

    /// Drops the columns that are not marked in `nonzero [U]` (see [`elementwise`]), if they are
    /// at least an eighth: fewer are not worth the copies.
    pub(super) fn set_active_columns(&mut self, nonzero: &[u32]) {
        let mut active_columns: Vec<usize> = (0..nonzero.len())
            .filter(|&column| nonzero[column] != 0)
            .collect();
        if active_columns.is_empty() {
            // One column of zeros changes no result, and spares every caller the empty case.
            active_columns.push(0);
        }
        self.active_columns =
            (active_columns.len() <= nonzero.len() / 8 * 7).then_some(active_columns);
        if let Some(columns) = &self.active_columns {
            let (rows, width) = self.values.size();
            self.compact.resize(rows, columns.len());
            let values = self.values.values();
            gather_columns(values, width, columns, self.compact.values_mut());
        }
    }

    /// U, the number of columns.
    pub(super) fn width(&self) -> usize {
        self.values.columns()
    }

    /// The active columns, ascending; `None` if all are used.
    pub(super) fn active_columns(&self) -> Option<&[usize]> {
        self.active_columns.as_deref()
    }

    /// The values of the active columns, `[N, K]`.
    pub(super) fn active_tensor(&self) -> Tensor {
        match self.active_columns {
            Some(_) => self.compact.tensor(),
            None => self.values.tensor(),
        }
    }

    /// Replaces the products of a plain ReLU by its outputs, with `bias [U]`. A column that is zero for
    /// all images is left out from here on: its gradient is zero too.
    pub(super) fn activate_relu(&mut self, bias: &[f32]) {
        let mut nonzero = vec![0; self.width()];
        let width = self.values.part_width();
        let values = self.values.parts_mut(width).into_iter();
        let columns = bias.chunks(width).zip(nonzero.chunks_mut(width));
        let parts = values.zip(columns).collect();
        in_parts(parts, &|(mut values, (bias, nonzero)): (Vec<_>, _)| {
            elementwise::add_bias_relu(&mut values, bias, nonzero);
        });
        self.set_active_columns(&nonzero);
    }

    /// Replaces the products of a hidden layer by its outputs, with `bias [U]`, and keeps the slopes.
    pub(super) fn activate(&mut self, bias: &[f32], activation: Activation) {
        let (rows, columns) = self.values.size();
        self.slopes.resize(rows, columns);
        let width = self.values.part_width();
        let values = self.values.parts_mut(width).into_iter();
        let matrices = values.zip(self.slopes.parts_mut(width));
        let parts = matrices.zip(bias.chunks(width)).collect();
        in_parts(parts, &|((mut values, mut slopes), bias): (
            (Vec<_>, Vec<_>),
            _,
        )| {
            elementwise::add_bias_activate(&mut values, bias, activation, &mut slopes);
        });
    }

    /// Sets the outputs whose entry in `uniform [N, U]` is less than `share` to 0, and divides the
    /// others by 1 - `share`, after [`LayerOutput::activate`].
    pub(super) fn drop_units(&mut self, uniform: &[f32], share: f64) {
        let width = self.values.part_width();
        let uniform = column_parts::parts(uniform, self.values.columns(), width);
        let values = self.values.parts_mut(width).into_iter();
        let parts = values
            .zip(self.slopes.parts_mut(width))
            .zip(uniform)
            .collect();
        in_parts(parts, &|((mut values, mut slopes), uniform): (
            (Vec<_>, Vec<_>),
            Vec<_>,
        )| {
            elementwise::drop_units(&mut values, &mut slopes, &uniform, share as f32);
        });
    }

    /// Takes the gradient back through what made these values of the sums, a plain ReLU or not, adding
    /// the slope of an L1 penalty of weight `penalty` on them. Returns its sums over the batch, `[K]`.
    pub(super) fn backward(&mut self, is_plain_relu: bool, penalty: f32) -> Vec<f32> {
        let outputs = match self.active_columns {
            Some(_) => &self.compact,
            None => &self.values,
        };
        let mut sums = vec![0.0; outputs.columns()];
        let width = outputs.part_width();
        let gradient = self.gradient.parts_mut(width).into_iter();
        let matrices = gradient.zip(outputs.parts(width));
        let parts = matrices.zip(sums.chunks_mut(width));
        if is_plain_relu {
            in_parts(parts.collect(), &|((mut gradient, outputs), sums): (
                (Vec<_>, Vec<_>),
                _,
            )| {
                elementwise::relu_backward(&mut gradient, &outputs, penalty, sums);
            });
        } else {
            let parts = parts.zip(self.slopes.parts(width)).collect();
            in_parts(parts, &|(((mut gradient, outputs), sums), slopes): (
                ((Vec<_>, Vec<_>), _),
                Vec<_>,
            )| {
                elementwise::slopes_backward(&mut gradient, &slopes, &outputs, penalty, sums);
            });
        }
        sums
    }
}
