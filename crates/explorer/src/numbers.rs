//! Numbers as bytes that compress well and that the page reads back.

use serde::Serialize;

/// With how many bits numbers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Precision {
    /// 32-bit floats.
    Single,
    /// 16-bit floats: all low bytes, then all high bytes, which compress better apart.
    Half,
    /// Signed bytes, after a 32-bit float for each row: what its bytes are multiplied by. That step is
    /// `percent` of the matrix's root mean square, or as much more as the row's largest number needs.
    /// Larger steps compress better.
    Byte {
        /// The step.
        percent: u8,
    },
    /// Unsigned bytes as they are.
    Plain,
}

/// Where in a blob a matrix is, and how it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    precision: Precision,
    rows: usize,
    columns: usize,
    offset: usize,
}

/// Matrices as bytes, one after the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Blob {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// The matrices in their order.
    pub entries: Vec<Entry>,
}

impl Blob {
    /// Adds a matrix of rows of `columns` numbers.
    pub fn add(&mut self, values: &[f32], columns: usize, precision: Precision) {
        self.entries.push(Entry {
            precision,
            rows: values.len().checked_div(columns).unwrap_or(0),
            columns,
            offset: self.bytes.len(),
        });
        match precision {
            Precision::Single => {
                let bytes = values.iter().flat_map(|value| value.to_le_bytes());
                self.bytes.extend(bytes);
            }
            Precision::Half => {
                let halves = values.iter().map(|&value| half::f16::from_f32(value));
                let pairs: Vec<[u8; 2]> = halves.map(half::f16::to_le_bytes).collect();
                self.bytes.extend(pairs.iter().map(|pair| pair[0]));
                self.bytes.extend(pairs.iter().map(|pair| pair[1]));
            }
            Precision::Byte { percent } => self.add_bytes(values, columns, percent),
            Precision::Plain => {
                let bytes = values
                    .iter()
                    .map(|value| value.clamp(0.0, 255.0).round() as u8);
                self.bytes.extend(bytes);
            }
        }
    }

    fn add_bytes(&mut self, values: &[f32], columns: usize, percent: u8) {
        let squares: f64 = values.iter().map(|&v| f64::from(v).powi(2)).sum();
        let root_mean_square = (squares / values.len().max(1) as f64).sqrt() as f32;
        let step = f32::from(percent) / 100.0 * root_mean_square;
        let largest = |row: &[f32]| row.iter().fold(0.0f32, |max, value| max.max(value.abs()));
        let rows = || values.chunks_exact(columns.max(1));
        let steps: Vec<f32> = rows().map(|row| step.max(largest(row) / 127.0)).collect();
        let bytes = steps.iter().flat_map(|step| step.to_le_bytes());
        self.bytes.extend(bytes);
        for (row, &step) in rows().zip(&steps) {
            let divisor = if step > 0.0 { step } else { 1.0 };
            let bytes = row
                .iter()
                .map(|value| (value / divisor).round() as i8 as u8);
            self.bytes.extend(bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_within_half_a_step_of_their_numbers() {
        let values = [0.5, -1.0, 0.25, 0.0, 0.0, 0.0, 3.0, 2.0, 1.0];
        let mut blob = Blob::default();
        blob.add(&values, 3, Precision::Byte { percent: 4 });
        let (scales, bytes) = blob.bytes.split_at(12);
        for (index, value) in values.iter().enumerate() {
            let scale = scales[index / 3 * 4..][..4].try_into().unwrap();
            let scale = f32::from_le_bytes(scale);
            let read = f32::from(bytes[index] as i8) * scale;
            assert!(
                (read - value).abs() <= scale / 2.0 + 1e-6,
                "{read} for {value}"
            );
        }
    }

    #[test]
    fn entries_say_where_each_matrix_begins() {
        let mut blob = Blob::default();
        blob.add(&[1.0; 6], 3, Precision::Half);
        blob.add(&[1.0; 4], 2, Precision::Single);
        blob.add(&[0.4, 300.0], 2, Precision::Plain);
        let offsets: Vec<usize> = blob.entries.iter().map(|entry| entry.offset).collect();
        assert_eq!(offsets, [0, 12, 28]);
        assert_eq!(blob.bytes[28..], [0, 255]);
        assert_eq!(blob.entries[0].rows, 2);
    }
}
