//! What the codes of test images look like: which units are live, their range, their map.

use crate::{arrays::Rows, projection::Projection};

/// The percentiles of a unit's values between which its slider moves.
const RANGE: [f64; 2] = [0.01, 0.99];
/// The maximum number of points of a map.
pub const MAX_POINTS: usize = 1000;

/// The codes of test images.
#[derive(Clone, Debug)]
pub struct Codes {
    /// The units of the code that are not the same number for every image.
    pub live: Vec<usize>,
    /// For each unit its 1st and its 99th percentile, and its mean.
    pub ranges: Vec<[f32; 3]>,
    /// The map.
    pub projection: Projection,
}

impl Codes {
    /// Of the saved codes, `[M, U]`.
    pub fn new(codes: &Rows) -> Self {
        let of_unit = |unit: usize| -> Vec<f32> {
            codes
                .values
                .iter()
                .skip(unit)
                .step_by(codes.width)
                .copied()
                .collect()
        };
        let columns: Vec<Vec<f32>> = (0..codes.width).map(of_unit).collect();
        let is_live = |unit: &usize| columns[*unit].iter().any(|v| *v != columns[*unit][0]);
        let range = |column: &Vec<f32>| {
            let mean = column.iter().map(|&v| f64::from(v)).sum::<f64>() / column.len() as f64;
            let [low, high] = RANGE.map(|share| quantile(column, share));
            [low, high, mean as f32]
        };
        Codes {
            live: (0..codes.width).filter(is_live).collect(),
            ranges: columns.iter().map(range).collect(),
            projection: Projection::new(codes),
        }
    }
}

/// The number below which `share` of `values` are: the nearest of them, 0 of none.
pub fn quantile(values: &[f32], share: f64) -> f32 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f32::total_cmp);
    let last = sorted.len().saturating_sub(1);
    let at = (share * last as f64).round() as usize;
    sorted.get(at).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_that_never_change_are_not_live() {
        let codes = Rows {
            width: 3,
            values: vec![0.0, 1.0, 5.0, 0.0, 2.0, 5.0],
        };
        let codes = Codes::new(&codes);
        assert_eq!(codes.live, [1]);
        assert_eq!(codes.ranges[1], [1.0, 2.0, 1.5]);
        assert_eq!(codes.ranges[2], [5.0, 5.0, 5.0]);
    }
}
