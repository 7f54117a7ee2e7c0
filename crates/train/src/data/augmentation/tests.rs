//! Shift, rotation and elastic distortion, the last two against SciPy.

use experiment::Augmentation;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::*;
use crate::data::golden::{assert_near, golden};

const SIDE: usize = 28;
const PIXELS: usize = SIDE * SIDE;
const SHAPE: Shape = Shape {
    channels: 1,
    rows: SIDE,
    columns: SIDE,
};

#[test]
fn a_shift_moves_each_pixel_and_fills_with_black() {
    let original: Vec<f32> = (1..=PIXELS).map(|i| i as f32).collect();
    for (down, right) in [(0, 0), (3, 0), (-3, 5), (14, -14), (0, 1)] {
        let mut shifted = original.clone();
        rearrange(&mut shifted, SHAPE, shift(down, right));
        for row in 0..SIDE as i32 {
            for column in 0..SIDE as i32 {
                let at = |row: i32, column: i32| (row * 28 + column) as usize;
                let inside = 0..SIDE as i32;
                let (source_row, source_column) = (row - down, column - right);
                let expected = if inside.contains(&source_row) && inside.contains(&source_column) {
                    original[at(source_row, source_column)]
                } else {
                    0.0
                };
                assert_eq!(shifted[at(row, column)], expected, "{down} {right}");
            }
        }
    }
}

#[test]
fn shifts_have_every_distance_up_to_the_maximum() {
    const IMAGES: usize = 1000;
    let mut images = vec![0.0; IMAGES * PIXELS];
    let center = 14 * SIDE + 14;
    for image in images.chunks_exact_mut(PIXELS) {
        image[center] = 1.0;
    }
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    augment(
        &[Augmentation::Shift { pixels: 2 }],
        SHAPE,
        &mut rng,
        &mut images,
    );
    let mut counts = [[0; 5]; 5];
    for image in images.chunks_exact(PIXELS) {
        let pixel = image.iter().position(|&pixel| pixel == 1.0).unwrap();
        counts[pixel / SIDE - 12][pixel % SIDE - 12] += 1;
    }
    // 40 of 1,000 are expected, with a standard deviation of 6.2.
    for count in counts.as_flattened() {
        assert!((10..=70).contains(count), "{counts:?}");
    }
}

#[test]
fn channels_of_any_size_move_alike() {
    let shape = Shape {
        channels: 2,
        rows: 2,
        columns: 3,
    };
    let original = [
        1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0,
    ];
    let mut image = original;
    rearrange(&mut image, shape, shift(1, -1));
    let expected = [0.0, 0.0, 0.0, 2.0, 3.0, 0.0, 0.0, 0.0, 0.0, 8.0, 9.0, 0.0];
    assert_eq!(image, expected);
    for (down, right) in [(0, 3), (0, -14), (2, 0), (-14, 1)] {
        let mut image = original;
        rearrange(&mut image, shape, shift(down, right));
        assert_eq!(image, [0.0; 12], "{down} {right}");
    }
}

#[test]
fn a_rotation_is_that_of_scipy() {
    let golden = golden("augmentation.json");
    for case in &golden["rotation"] {
        let shape = case.shape();
        let mut image = case.numbers("image");
        let source = rotation(shape, case.number("degrees").to_radians());
        resample(&mut image, shape, source);
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
    resample(
        &mut image,
        shape,
        rotation(shape, std::f64::consts::FRAC_PI_2),
    );
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

#[test]
fn a_distortion_by_given_fields_is_that_of_scipy() {
    for case in &golden("augmentation.json")["elastic"] {
        let shape = case.shape();
        let smoothing = Smoothing::new(shape, case.number("sigma"));
        let fields = [case.numbers("down"), case.numbers("right")];
        let alpha = case.number("alpha") as f32;
        let smoothed = fields.map(|field| smoothing.smooth(&field));
        assert_near(&smoothed[0], &case.numbers("smooth_down"), 1e-6);
        assert_near(&smoothed[1], &case.numbers("smooth_right"), 1e-6);
        let mut image = case.numbers("image");
        resample(&mut image, shape, displacement(shape, alpha, smoothed));
        assert_near(&image, &case.numbers("expected"), 1e-4);
    }
}

#[test]
fn displacements_are_uniform_from_minus_1_to_1() {
    let shape = Shape {
        channels: 1,
        rows: 100,
        columns: 100,
    };
    let mut field = random_field(shape, &mut ChaCha8Rng::seed_from_u64(1));
    field.sort_by(f32::total_cmp);
    // Of 10,000 draws a quantile in the middle has a standard deviation of 0.01.
    for (index, value) in (0..).zip(&field) {
        let expected = index as f32 / 5000.0 - 1.0;
        assert!(
            (value - expected).abs() < 0.04,
            "{value}, expected {expected}"
        );
    }
}
