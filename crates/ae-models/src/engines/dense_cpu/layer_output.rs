//! The values of one layer for a batch, and which of its columns are nonzero.

use experiment::Activation;
use tch::Tensor;

use super::{columns::gather_columns, elementwise, matrix::Matrix};

/// The input of a dense model, or the output of one of its layers, for a batch, `[N, U]`. Only the
/// K columns that are nonzero for some image are multiplied, of the input and of ReLUs. Weights of
/// the other columns are never read, even if they are NaN.
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
        elementwise::find_nonzero_columns(self.values.values(), &mut nonzero);
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
            let rows = self.values.values().chunks_exact(nonzero.len());
            self.compact.resize(rows.len(), columns.len());
            gather_columns(rows, columns, self.compact.values_mut());
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
        elementwise::add_bias_relu(self.values.values_mut(), bias, &mut nonzero);
        self.set_active_columns(&nonzero);
    }

    /// Replaces the products of a hidden layer by its outputs, with `bias [U]`, and keeps the slopes.
    pub(super) fn activate(&mut self, bias: &[f32], activation: Activation) {
        let (rows, columns) = self.values.size();
        self.slopes.resize(rows, columns);
        let slopes = self.slopes.values_mut();
        elementwise::add_bias_activate(self.values.values_mut(), bias, activation, slopes);
    }

    /// Sets the outputs whose entry in `uniform [N, U]` is less than `share` to 0, and divides the
    /// others by 1 - `share`, after [`LayerOutput::activate`].
    pub(super) fn drop_units(&mut self, uniform: &[f32], share: f64) {
        let slopes = self.slopes.values_mut();
        elementwise::drop_units(self.values.values_mut(), slopes, uniform, share as f32);
    }

    /// Takes the gradient back through what made these values of the sums, a plain ReLU or not, adding
    /// the slope of an L1 penalty of weight `penalty` on them. Returns its sums over the batch, `[K]`.
    pub(super) fn backward(&mut self, is_plain_relu: bool, penalty: f32) -> Vec<f32> {
        let outputs = match self.active_columns {
            Some(_) => &self.compact,
            None => &self.values,
        };
        let mut sums = vec![0.0; outputs.columns()];
        let (gradient, outputs) = (self.gradient.values_mut(), outputs.values());
        if is_plain_relu {
            elementwise::relu_backward(gradient, outputs, penalty, &mut sums);
        } else {
            let slopes = self.slopes.values();
            elementwise::slopes_backward(gradient, slopes, outputs, penalty, &mut sums);
        }
        sums
    }
}
