//! Random changes of the training images: the changed image is both input and target.

use experiment::{Augmentation, IMAGE_SIDE, PIXELS, Shape};
use rand::{Rng, RngExt};

/// Changes each of `images`, N x P, in place: all of `augmentations`, in their order.
pub(crate) fn augment(
    augmentations: &[Augmentation],
    _shape: Shape,
    rng: &mut impl Rng,
    images: &mut [f32],
) {
    for augmentation in augmentations {
        for image in images.chunks_exact_mut(PIXELS) {
            match *augmentation {
                Augmentation::Shift { pixels } => {
                    let max = pixels as i32;
                    let [down, right] = [(); 2].map(|()| rng.random_range(-max..=max));
                    shift(image, down, right);
                }
            }
        }
    }
}

/// Shifts an image, `[P]`, by less than its side. Pixels that enter the frame are 0.
fn shift(image: &mut [f32], down: i32, right: i32) {
    let mut shifted = [0.0; PIXELS];
    let width = IMAGE_SIDE - right.unsigned_abs() as usize;
    let (from, to) = (-right.min(0) as usize, right.max(0) as usize);
    for row in 0..IMAGE_SIDE {
        let source = row as i32 - down;
        if (0..IMAGE_SIDE as i32).contains(&source) {
            let source = &image[source as usize * IMAGE_SIDE + from..][..width];
            shifted[row * IMAGE_SIDE + to..][..width].copy_from_slice(source);
        }
    }
    image.copy_from_slice(&shifted);
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::*;

    #[test]
    fn a_shift_moves_each_pixel_and_fills_with_black() {
        let original: Vec<f32> = (1..=PIXELS).map(|i| i as f32).collect();
        for (down, right) in [(0, 0), (3, 0), (-3, 5), (14, -14), (0, 1)] {
            let mut shifted = original.clone();
            shift(&mut shifted, down, right);
            for row in 0..IMAGE_SIDE as i32 {
                for column in 0..IMAGE_SIDE as i32 {
                    let at = |row: i32, column: i32| (row * 28 + column) as usize;
                    let inside = 0..IMAGE_SIDE as i32;
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
        let center = 14 * IMAGE_SIDE + 14;
        for image in images.chunks_exact_mut(PIXELS) {
            image[center] = 1.0;
        }
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        augment(
            &[Augmentation::Shift { pixels: 2 }],
            Shape::square(1, IMAGE_SIDE),
            &mut rng,
            &mut images,
        );
        let mut counts = [[0; 5]; 5];
        for image in images.chunks_exact(PIXELS) {
            let pixel = image.iter().position(|&pixel| pixel == 1.0).unwrap();
            counts[pixel / IMAGE_SIDE - 12][pixel % IMAGE_SIDE - 12] += 1;
        }
        // 40 of 1,000 are expected, with a standard deviation of 6.2.
        for count in counts.as_flattened() {
            assert!((10..=70).contains(count), "{counts:?}");
        }
    }
}
