//! The first two principal components of codes: their map.

use crate::arrays::Rows;

/// The maximum number of iterations; changes below [`TOLERANCE`], far below a pixel of a map, end them.
const MAX_ITERATIONS: usize = 100;
const TOLERANCE: f64 = 1e-6;

/// The plane of the two directions in which codes vary most.
#[derive(Clone, Debug, PartialEq)]
pub struct Projection {
    mean: Vec<f64>,
    directions: [Vec<f64>; 2],
    /// The share of the variance that is in the plane.
    pub share: f64,
}

impl Projection {
    /// Fits it to codes, `[M, U]`, by orthogonal iteration: both directions are multiplied by the
    /// covariance and made orthonormal again until they stay. Nothing in it is random.
    pub fn new(codes: &Rows) -> Self {
        let (units, count) = (codes.width, codes.count().max(1) as f64);
        let mut mean = vec![0.0; units];
        for code in codes.rows() {
            add(
                &mut mean,
                code.iter().map(|&value| f64::from(value) / count),
            );
        }
        let center = |code: &[f32]| centered(code, &mean);
        let centered: Vec<Vec<f64>> = codes.rows().map(center).collect();
        // Any start will do that is not orthogonal to the directions.
        let start = |step: f64| (0..units).map(move |unit| (unit as f64 * step).sin() + 1.1);
        let mut directions = [start(1.0).collect::<Vec<f64>>(), start(2.3).collect()];
        for _ in 0..MAX_ITERATIONS {
            let before = directions.clone();
            for direction in &mut directions {
                let mut product = vec![0.0; units];
                for code in &centered {
                    let along = dot(code, direction);
                    add(&mut product, code.iter().map(|value| value * along));
                }
                *direction = product;
            }
            let [first, second] = &mut directions;
            normalize(first);
            let shared = dot(first, second);
            add(second, first.iter().map(|value| -shared * value));
            normalize(second);
            let change = |(now, before): (&Vec<f64>, &Vec<f64>)| {
                let changes = now.iter().zip(before).map(|(a, b)| (a - b).abs());
                changes.fold(0.0, f64::max)
            };
            if directions
                .iter()
                .zip(&before)
                .map(change)
                .all(|change| change < TOLERANCE)
            {
                break;
            }
        }
        let kept: f64 = (centered.iter())
            .flat_map(|code| directions.iter().map(move |d| dot(code, d).powi(2)))
            .sum();
        let total: f64 = centered.iter().map(|code| dot(code, code)).sum();
        let share = if total > 0.0 { kept / total } else { 1.0 };
        Projection {
            mean,
            directions,
            share,
        }
    }

    /// The two coordinates of each code, one code after the other.
    pub fn points(&self, codes: &Rows) -> Vec<f32> {
        let of_code = |code: &[f32]| {
            let code = centered(code, &self.mean);
            self.directions.each_ref().map(|d| dot(&code, d) as f32)
        };
        codes.rows().flat_map(of_code).collect()
    }
}

fn centered(code: &[f32], mean: &[f64]) -> Vec<f64> {
    let pairs = code.iter().zip(mean);
    pairs
        .map(|(&value, mean)| f64::from(value) - mean)
        .collect()
}

fn add(sums: &mut [f64], values: impl Iterator<Item = f64>) {
    sums.iter_mut()
        .zip(values)
        .for_each(|(sum, value)| *sum += value);
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn normalize(vector: &mut [f64]) {
    let length = dot(vector, vector).sqrt();
    if length > 0.0 {
        vector.iter_mut().for_each(|value| *value /= length);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_directions_of_the_largest_variance_are_found() {
        let wave = |index: usize, step: f64| (index as f64 * step).sin();
        let code = |i| {
            [
                0.1 * wave(i, 0.7),
                3.0 * wave(i, 1.3),
                2.0 * wave(i, 2.9) + 5.0,
            ]
        };
        let codes = Rows {
            width: 3,
            values: (0..2000).flat_map(code).map(|value| value as f32).collect(),
        };
        let projection = Projection::new(&codes);
        let points = projection.points(&codes);
        for (point, code) in points.chunks_exact(2).zip(codes.rows()) {
            assert!((point[0].abs() - code[1].abs()).abs() < 0.05);
            assert!((point[1].abs() - (code[2] - 5.0).abs()).abs() < 0.05);
        }
        assert!(projection.share > 0.99 && projection.share < 1.0);
    }

    #[test]
    fn equal_codes_are_one_point_and_codes_without_units_too() {
        for width in [0, 2] {
            let codes = Rows {
                width,
                values: vec![1.5; 4 * width],
            };
            let projection = Projection::new(&codes);
            assert!(projection.points(&codes).iter().all(|value| *value == 0.0));
            assert_eq!(projection.share, 1.0);
        }
    }
}
