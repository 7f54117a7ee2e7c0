//! What the numbers of an array are as labels.

use crate::{
    array::{Array, Values},
    error::Problem,
    set::MAX_FLOAT_LABEL,
};

/// The labels of an array: one for each of `expected` images, and a note on how it was understood.
///
/// Of several columns, as QMNIST has, the first is the class; rows of one 1 among zeros (one-hot) are
/// the index of the 1.
pub(crate) fn of(array: Array, expected: usize) -> Result<(Vec<i64>, Option<String>), Problem> {
    let columns = match array.shape[..] {
        [_] => 1,
        [_, columns] if columns > 0 => columns,
        _ => return Err(Problem::LabelShape { found: array.shape }),
    };
    let found = array.shape[0];
    if found != expected {
        return Err(Problem::LabelCount { expected, found });
    }
    let values: Vec<i64> = match array.values {
        Values::Bool(values) => values.into_iter().map(i64::from).collect(),
        Values::U8(values) => values.into_iter().map(i64::from).collect(),
        Values::Integer(values) => values,
        Values::Float(values) => {
            let is_bad = |value: &f32| value.fract() != 0.0 || value.abs() > MAX_FLOAT_LABEL;
            if let Some(index) = values.iter().position(is_bad) {
                let found = values[index].into();
                return Err(Problem::Label { index, found });
            }
            values.into_iter().map(|value| value as i64).collect()
        }
    };
    if columns == 1 {
        return Ok((values, None));
    }
    let one_hot = |row: &[i64]| {
        let ones = row.iter().filter(|&&value| value == 1).count();
        let zeros = row.iter().filter(|&&value| value == 0).count();
        ones == 1 && ones + zeros == columns
    };
    let rows = values.chunks_exact(columns);
    if rows.clone().all(one_hot) {
        let index = |row: &[i64]| row.iter().position(|&value| value == 1).unwrap_or(0) as i64;
        let note = format!(
            "The labels are rows with one 1 among {columns} numbers: its index is the class."
        );
        return Ok((rows.map(index).collect(), Some(note)));
    }
    let note = format!("The labels have {columns} columns: the first is taken as the class.");
    Ok((rows.map(|row| row[0]).collect(), Some(note)))
}
