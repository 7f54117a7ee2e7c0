//! Codes of many numbers in two dimensions: their principal components.

use crate::run::Codes;

/// The number of iterations, after which what is left of other components is invisible in a picture.
const ITERATIONS: usize = 60;

/// The coordinates of each code along the two directions of the largest variance, and the share of the
/// variance in them. Orthogonal iteration: both directions are multiplied by the covariance and made
/// orthonormal again, over and over.
pub fn project(codes: &Codes) -> (Vec<(f64, f64)>, f64) {
    let units = codes.units;
    let count = codes.rows().count().max(1) as f64;
    let mut centered: Vec<f64> = codes.values.iter().map(|&value| value.into()).collect();
    for unit in 0..units {
        let mean = centered.iter().skip(unit).step_by(units).sum::<f64>() / count;
        centered
            .iter_mut()
            .skip(unit)
            .step_by(units)
            .for_each(|value| *value -= mean);
    }
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    // Any start will do that is not orthogonal to the directions.
    let start = |step: f64| {
        (0..units)
            .map(|unit| (unit as f64 * step).sin() + 1.1)
            .collect()
    };
    let mut directions: [Vec<f64>; 2] = [start(1.0), start(2.3)];
    for _ in 0..ITERATIONS {
        for direction in &mut directions {
            let mut product = vec![0.0; units];
            for code in centered.chunks_exact(units) {
                let along = dot(code, direction);
                product
                    .iter_mut()
                    .zip(code)
                    .for_each(|(sum, value)| *sum += along * value);
            }
            *direction = product;
        }
        let [first, second] = &mut directions;
        normalize(first);
        let shared = dot(first, second);
        second
            .iter_mut()
            .zip(&*first)
            .for_each(|(value, first)| *value -= shared * first);
        normalize(second);
    }
    let along = |code: &[f64]| (dot(code, &directions[0]), dot(code, &directions[1]));
    let points: Vec<(f64, f64)> = centered.chunks_exact(units).map(along).collect();
    let kept: f64 = points.iter().map(|(x, y)| x * x + y * y).sum();
    let total = dot(&centered, &centered);
    (points, if total > 0.0 { kept / total } else { 1.0 })
}

fn normalize(vector: &mut [f64]) {
    let length = vector.iter().map(|value| value * value).sum::<f64>().sqrt();
    if length > 0.0 {
        vector.iter_mut().for_each(|value| *value /= length);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_directions_of_the_largest_variance_are_found() {
        // Independent coordinates with the standard deviations 3, 2 and 0.1 in the order 2nd, 3rd, 1st.
        let wave = |index: usize, step: f64| (index as f64 * step).sin();
        let codes = Codes {
            units: 3,
            values: (0..2000)
                .flat_map(|i| {
                    [
                        0.1 * wave(i, 0.7),
                        3.0 * wave(i, 1.3),
                        2.0 * wave(i, 2.9) + 5.0,
                    ]
                })
                .map(|value| value as f32)
                .collect(),
        };
        let (points, share) = project(&codes);
        for (point, code) in points.iter().zip(codes.rows()) {
            assert!((point.0.abs() - f64::from(code[1].abs())).abs() < 0.05);
            assert!((point.1.abs() - f64::from((code[2] - 5.0).abs())).abs() < 0.05);
        }
        assert!(share > 0.99 && share < 1.0);
    }

    #[test]
    fn equal_codes_are_one_point() {
        let codes = Codes {
            units: 2,
            values: vec![1.5; 8],
        };
        let (points, share) = project(&codes);
        assert!(points.iter().all(|point| *point == (0.0, 0.0)) && share == 1.0);
    }
}
