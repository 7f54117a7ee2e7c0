//! Rotation about the center.

use experiment::Shape;

use super::bilinear::remap;

/// Rotates an image, C x H x W, about its center by an angle in radians, counterclockwise as it is
/// shown.
pub(super) fn rotate(image: &mut [f32], shape: Shape, angle: f64) {
    let (sin, cos) = angle.sin_cos();
    let center = [shape.rows, shape.columns].map(|side| (side as f64 - 1.0) / 2.0);
    let mut sources = Vec::with_capacity(shape.rows * shape.columns);
    for row in 0..shape.rows {
        for column in 0..shape.columns {
            let (down, right) = (row as f64 - center[0], column as f64 - center[1]);
            let source_row = center[0] + cos * down + sin * right;
            let source_column = center[1] - sin * down + cos * right;
            sources.push([source_row as f32, source_column as f32]);
        }
    }
    remap(image, shape, &sources);
}

#[cfg(test)]
mod tests {
    use experiment::Augmentation;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::{super::augment, *};
    use crate::data::golden::{assert_near, golden};

    #[test]
    fn a_rotation_is_that_of_scipy() {
        let golden = golden("augmentation.json");
        for case in &golden["rotation"] {
            let shape = case.shape();
            let mut image = case.numbers("image");
            rotate(&mut image, shape, case.number("degrees").to_radians());
            assert_near(&image, &case.numbers("expected"), 2e-6);
        }
    }

    #[test]
    fn a_quarter_turn_is_counterclockwise() {
        let shape = Shape {
            channels: 1,
            rows: 3,
            columns: 3,
        };
        let mut image = [0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
        rotate(&mut image, shape, std::f64::consts::FRAC_PI_2);
        assert_near(&image, &[1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], 1e-6);
    }

    #[test]
    fn angles_are_uniform_up_to_the_maximum() {
        const IMAGES: usize = 2000;
        let shape = Shape {
            channels: 1,
            rows: 1,
            columns: 201,
        };
        // The brightness of the last pixel falls with the angle: it moves off the only row.
        let mut images: Vec<f32> = [vec![0.0; 200], vec![1.0]].concat().repeat(IMAGES);
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        // The source of the last pixel is 100 sin(angle) rows away: up to half a row.
        let degrees = 0.005_f64.asin().to_degrees();
        augment(
            &[Augmentation::Rotation { degrees }],
            shape,
            &mut rng,
            &mut images,
        );
        let distances: Vec<f32> = images.chunks_exact(201).map(|i| 1.0 - i[200]).collect();
        let mean = distances.iter().sum::<f32>() / IMAGES as f32;
        let max = distances.iter().copied().fold(0.0, f32::max);
        // Uniform from 0 to 0.5: a standard deviation of 0.144, of the mean 0.0032.
        assert!((mean - 0.25).abs() < 0.013, "{mean}");
        assert!((0.49..0.501).contains(&max), "{max}");
    }
}
