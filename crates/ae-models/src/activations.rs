use tch::Tensor;

use crate::{as_slice, matrix::Matrix, passes};

/// The input of a dense model, or the output of one of its layers, for a batch: `[N, U]`, of whose
/// columns K take part. The weights behind the others are not looked at, even if they are no
/// numbers.
#[derive(Debug)]
pub(crate) struct Activations {
    /// `[N, U]`; of the last layer, the loss's gradient with respect to its sums.
    pub(crate) all: Matrix,
    /// The columns that take part, ascending; `None` for all.
    live: Option<Vec<usize>>,
    /// `[N, K]`: their values, if they are not all.
    kept: Matrix,
    /// `[N, K]`: the loss's gradient with respect to the sums of a hidden layer.
    pub(crate) gradient: Matrix,
}

impl Activations {
    pub(crate) fn new() -> Self {
        Activations {
            all: Matrix::new(),
            live: None,
            kept: Matrix::new(),
            gradient: Matrix::new(),
        }
    }

    /// Takes the input of a model.
    pub(crate) fn set(&mut self, input: &Tensor) {
        self.all = Matrix::of(input);
        let mut seen = vec![0; self.width()];
        passes::find_seen(self.all.values(), &mut seen);
        self.keep(&seen);
    }

    /// Leaves out the columns that were not seen (see [`passes`]), if they are enough to be worth
    /// the copies: an eighth.
    pub(crate) fn keep(&mut self, seen: &[u32]) {
        let columns = (0..seen.len()).filter(|&column| seen[column] != 0);
        let mut live: Vec<usize> = columns.collect();
        if live.is_empty() {
            // A column of zeros changes nothing, and spares all others a case without any.
            live.push(0);
        }
        self.live = (live.len() <= seen.len() / 8 * 7).then_some(live);
        if let Some(live) = &self.live {
            let rows = self.all.values().chunks_exact(seen.len());
            self.kept.resize(rows.len(), live.len());
            cut(rows, live, self.kept.values_mut());
        }
    }

    /// How many columns there are: U.
    pub(crate) fn width(&self) -> usize {
        self.all.columns()
    }

    /// The columns that take part; `None` for all.
    pub(crate) fn live(&self) -> Option<&[usize]> {
        self.live.as_deref()
    }

    /// `[N, K]`.
    pub(crate) fn tensor(&self) -> Tensor {
        self.taking_part().tensor()
    }

    fn taking_part(&self) -> &Matrix {
        match self.live {
            Some(_) => &self.kept,
            None => &self.all,
        }
    }

    /// Takes the gradient back through the ReLU that made these values, on which lies a penalty of
    /// this slope. Returns its sums over the batch, `[K]`.
    pub(crate) fn relu_backward(&mut self, penalty: f32) -> Vec<f32> {
        let outputs = match self.live {
            Some(_) => &self.kept,
            None => &self.all,
        };
        let mut sums = vec![0.0; outputs.columns()];
        let gradient = self.gradient.values_mut();
        passes::relu_backward(gradient, outputs.values(), penalty, &mut sums);
        sums
    }
}

/// The entries of `columns` of each row, into rows of just these.
fn cut<'a>(rows: impl Iterator<Item = &'a [f32]>, columns: &[usize], into: &mut [f32]) {
    for (row, into) in rows.zip(into.chunks_exact_mut(columns.len())) {
        for (to, &column) in into.iter_mut().zip(columns) {
            *to = row[column];
        }
    }
}

/// The part of a matrix that lies in these rows and columns, `None` for all; in `memory` if it is
/// not all of it.
pub(crate) fn select(
    matrix: &Tensor,
    rows: Option<&[usize]>,
    columns: Option<&[usize]>,
    memory: &mut Matrix,
) -> Tensor {
    if rows.is_none() && columns.is_none() {
        return matrix.shallow_clone();
    }
    let width = matrix.size()[1] as usize;
    // SAFETY: the parameters are borrowed, on this thread alone, and libtorch is not called while the
    // slice lives.
    let values = unsafe { as_slice(matrix) };
    let row = |row: usize| &values[row * width..][..width];
    let all: Vec<usize>;
    let rows = match rows {
        Some(rows) => rows,
        None => {
            all = (0..values.len() / width).collect();
            &all
        }
    };
    memory.resize(rows.len(), columns.map_or(width, <[usize]>::len));
    let selected = rows.iter().map(|&index| row(index));
    match columns {
        Some(columns) => cut(selected, columns, memory.values_mut()),
        None => {
            let into = memory.values_mut().chunks_exact_mut(width);
            selected
                .zip(into)
                .for_each(|(row, into)| into.copy_from_slice(row));
        }
    }
    memory.tensor()
}

/// The inverse of [`select`]: puts `part` into these rows and columns of a matrix of this width,
/// and zeros into all others.
pub(crate) fn spread(
    part: &[f32],
    rows: Option<&[usize]>,
    columns: Option<&[usize]>,
    width: usize,
    into: &mut [f32],
) {
    into.fill(0.0);
    let kept = columns.map_or(width, <[usize]>::len);
    for (index, part) in part.chunks_exact(kept).enumerate() {
        let row = rows.map_or(index, |rows| rows[index]);
        let into = &mut into[row * width..][..width];
        match columns {
            Some(columns) => {
                for (&column, &value) in columns.iter().zip(part) {
                    into[column] = value;
                }
            }
            None => into.copy_from_slice(part),
        }
    }
}
