//! Shift by whole pixels.

use experiment::Shape;

/// Shifts an image, C x H x W. Pixels that enter the frame are 0.
pub(super) fn shift(image: &mut [f32], shape: Shape, down: i32, right: i32) {
    let Shape { rows, columns, .. } = shape;
    let width = columns.saturating_sub(right.unsigned_abs() as usize);
    let (from, to) = (-right.min(0) as usize, right.max(0) as usize);
    for channel in image.chunks_exact_mut(rows * columns) {
        let mut shifted = vec![0.0; rows * columns];
        for row in 0..rows {
            let source = row as i32 - down;
            if width > 0 && (0..rows as i32).contains(&source) {
                let source = &channel[source as usize * columns + from..][..width];
                shifted[row * columns + to..][..width].copy_from_slice(source);
            }
        }
        channel.copy_from_slice(&shifted);
    }
}

#[cfg(test)]
mod tests {
    use experiment::Augmentation;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::{super::augment, *};

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
            shift(&mut shifted, SHAPE, down, right);
            for row in 0..SIDE as i32 {
                for column in 0..SIDE as i32 {
                    let at = |row: i32, column: i32| (row * 28 + column) as usize;
                    let inside = 0..SIDE as i32;
                    let (source_row, source_column) = (row - down, column - right);
                    let expected =
                        if inside.contains(&source_row) && inside.contains(&source_column) {
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
        shift(&mut image, shape, 1, -1);
        let expected = [0.0, 0.0, 0.0, 2.0, 3.0, 0.0, 0.0, 0.0, 0.0, 8.0, 9.0, 0.0];
        assert_eq!(image, expected);
        for (down, right) in [(0, 3), (0, -14), (2, 0), (-14, 1)] {
            let mut image = original;
            shift(&mut image, shape, down, right);
            assert_eq!(image, [0.0; 12], "{down} {right}");
        }
    }
}
