//! Codes in a file: `.npy`, or CSV as `encode` writes it.

use std::{fs::File, io::BufReader, path::Path};

use tch::Tensor;

use crate::{Error, TrainedModel};

/// The beginning of the names of a code's columns in CSV.
pub(crate) const COLUMN: &str = "code_";

/// Codes that a file holds.
#[derive(Debug)]
pub struct Codes {
    name: String,
    size: usize,
    /// N x U.
    numbers: Vec<f32>,
}

impl Codes {
    /// Reads the codes at `path`: a `.npy` file of shape `[N, U]`, or CSV with the columns `code_0`,
    /// `code_1` and so on, in any place.
    ///
    /// # Errors
    /// [`Error::Codes`] if they are not codes of `model`; a file that cannot be read.
    pub fn read(path: &Path, model: &TrainedModel) -> Result<Self, Error> {
        let (name, size) = (path.display().to_string(), model.code_size());
        let numbers = if Codes::is_csv(path) {
            read_csv(path, size)?
        } else {
            let (shape, numbers) = image_sets::read_numbers(path)?;
            if shape.len() != 2 || shape[1] != size {
                return Err(wrong(
                    path,
                    format!("expected codes of shape [N, {size}], found shape {shape:?}"),
                ));
            }
            numbers
        };
        if let Some(at) = numbers.iter().position(|number| !number.is_finite()) {
            let (found, row, column) = (numbers[at], at / size, at % size);
            return Err(wrong(
                path,
                format!("expected finite numbers, found {found} at index {column} of code {row}"),
            ));
        }
        if numbers.is_empty() {
            return Err(wrong(path, "expected at least one code, found none".into()));
        }
        Ok(Codes {
            name,
            size,
            numbers,
        })
    }

    /// Whether `path` is named as a CSV file, which holds codes and never images.
    pub fn is_csv(path: &Path) -> bool {
        path.extension().is_some_and(|extension| extension == "csv")
    }

    /// What texts call them.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The number of codes, N.
    pub fn len(&self) -> usize {
        self.numbers.len() / self.size
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// Some of the codes, `[N, U]`.
    ///
    /// # Panics
    /// If there are fewer.
    pub fn rows(&self, range: std::ops::Range<usize>) -> Tensor {
        let numbers = &self.numbers[range.start * self.size..range.end * self.size];
        Tensor::from_slice(numbers).view([-1, self.size as i64])
    }
}

fn wrong(path: &Path, problem: String) -> Error {
    Error::Codes {
        file: path.display().to_string(),
        problem,
    }
}

fn read_csv(path: &Path, size: usize) -> Result<Vec<f32>, Error> {
    let file: File = durable_fs::open(path)?;
    let bad = |error: csv::Error| wrong(path, durable_fs::quote_untrusted(&error.to_string()));
    let mut reader = csv::Reader::from_reader(BufReader::new(file));
    let header = reader.headers().map_err(bad)?.clone();
    let columns: Option<Vec<usize>> = (0..size)
        .map(|number| {
            header
                .iter()
                .position(|name| name == format!("{COLUMN}{number}"))
        })
        .collect();
    let found = header
        .iter()
        .filter(|name| name.starts_with(COLUMN))
        .count();
    let columns = columns.filter(|_| found == size).ok_or_else(|| {
        let last = size - 1;
        wrong(
            path,
            format!("expected the columns {COLUMN}0 to {COLUMN}{last}, found {found} such columns"),
        )
    })?;
    let mut numbers = Vec::new();
    for (row, record) in reader.records().enumerate() {
        let record = record.map_err(bad)?;
        for &column in &columns {
            let number = record[column].trim().parse().map_err(|_| {
                let found = durable_fs::quote_untrusted(&record[column]);
                let name = &header[column];
                wrong(
                    path,
                    format!("code {row}, {name}: expected a number, found {found:?}"),
                )
            })?;
            numbers.push(number);
        }
    }
    Ok(numbers)
}
