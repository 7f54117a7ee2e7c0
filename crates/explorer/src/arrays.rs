//! Arrays of a run folder as rows of 32-bit floats.

use std::path::{Path, PathBuf};

use experiment::ExperimentFolder;
use mnist_io::{Elements, IdxArray};

use crate::error::Error;

/// Rows of equal length, row by row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    /// The numbers of a row.
    pub width: usize,
    /// Row by row.
    pub values: Vec<f32>,
}

impl Rows {
    /// How many rows there are.
    pub fn count(&self) -> usize {
        self.values.len().checked_div(self.width).unwrap_or(0)
    }

    /// The rows, one after the other.
    pub fn rows(&self) -> impl Iterator<Item = &[f32]> {
        self.values.chunks_exact(self.width.max(1))
    }

    /// The first `count` rows, or all of fewer.
    pub fn first(&self, count: usize) -> Rows {
        Rows {
            width: self.width,
            values: self.values[..self.width * count.min(self.count())].to_vec(),
        }
    }

    /// These columns of each row.
    pub fn columns(&self, columns: &[usize]) -> Rows {
        let of_row = |row: &[f32]| columns.iter().map(|&at| row[at]).collect::<Vec<f32>>();
        Rows {
            width: columns.len(),
            values: self.rows().flat_map(of_row).collect(),
        }
    }
}

/// Where an array of an experiment is.
pub fn path(folder: &ExperimentFolder, name: &str) -> PathBuf {
    folder.path().join(format!("arrays/{name}.idx"))
}

/// An array of an experiment as rows of `width` numbers; `None` without the array.
///
/// # Errors
/// A file that cannot be read, or whose rows are of another width.
pub fn rows(folder: &ExperimentFolder, name: &str, width: usize) -> Result<Option<Rows>, Error> {
    let path = path(folder, name);
    if !path.exists() {
        return Ok(None);
    }
    to_rows(folder.array(name)?, width, &path).map(Some)
}

/// An array as rows of `width` numbers: what its first dimension counts.
///
/// # Errors
/// [`Error::Content`] for another width.
pub fn to_rows(array: IdxArray, width: usize, path: &Path) -> Result<Rows, Error> {
    let shape = array.shape().to_vec();
    if shape.iter().skip(1).product::<usize>() != width {
        let expected = format!("rows of {width} numbers");
        return Err(Error::content(path, expected, &shape));
    }
    let values = match array.into_elements() {
        Elements::U8(values) => values.into_iter().map(f32::from).collect(),
        Elements::I8(values) => values.into_iter().map(f32::from).collect(),
        Elements::I16(values) => values.into_iter().map(f32::from).collect(),
        Elements::I32(values) => values.into_iter().map(|value| value as f32).collect(),
        Elements::F32(values) => values,
        Elements::F64(values) => values.into_iter().map(|value| value as f32).collect(),
    };
    Ok(Rows { width, values })
}
