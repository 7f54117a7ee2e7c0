//! Random changes of the inputs alone, which a denoising model has to undo.

use ae_models::{PART, in_parts};
use experiment::Corruption;
use rand::{Rng, RngExt};
use rand_chacha::ChaCha8Rng;

use crate::random::{DRAWS_OF_NORMAL, add_normal};

/// Draws that are made together to replace pixels.
const DRAWS: usize = 256;
// So the draws that are made together are of one part.
const _: () = assert!(PART.is_multiple_of(DRAWS) && PART.is_multiple_of(DRAWS_OF_NORMAL));

/// Changes `images`, any number of pixels at 0-1 scale, in place: all of `corruptions`, in their
/// order.
pub(crate) fn corrupt(corruptions: &[Corruption], rng: &mut ChaCha8Rng, images: &mut [f32]) {
    for corruption in corruptions {
        match *corruption {
            Corruption::Gaussian { std, clip } => {
                let add = |rng: &mut ChaCha8Rng, pixels: &mut [f32]| {
                    add_normal(rng, std as f32, pixels);
                    if clip {
                        pixels
                            .iter_mut()
                            .for_each(|pixel| *pixel = pixel.clamp(0.0, 1.0));
                    }
                };
                draw_in_parts(rng, DRAWS_OF_NORMAL, images, &add);
            }
            Corruption::Masking { share } => {
                draw_in_parts(rng, DRAWS, images, &|rng, pixels| {
                    replace(rng, [(share, 0.0)], pixels);
                });
            }
            Corruption::SaltAndPepper { share } => {
                draw_in_parts(rng, DRAWS, images, &|rng, pixels| {
                    replace(rng, [(0.5 * share, 0.0), (0.5 * share, 1.0)], pixels);
                });
            }
        }
    }
}

/// Does `work` in parts on pixels for each of which it draws a word of `rng`, `together` at a time: the
/// same as without parts.
fn draw_in_parts(
    rng: &mut ChaCha8Rng,
    together: usize,
    pixels: &mut [f32],
    work: &(impl Fn(&mut ChaCha8Rng, &mut [f32]) + Sync),
) {
    let start = rng.get_word_pos();
    let end = start + pixels.len().next_multiple_of(together) as u128;
    let first = &*rng;
    let parts = pixels.chunks_mut(PART).enumerate().collect();
    in_parts(parts, &|(index, pixels): (usize, &mut [f32])| {
        let mut rng = first.clone();
        rng.set_word_pos(start + (index * PART) as u128);
        work(&mut rng, pixels);
    });
    rng.set_word_pos(end);
}

/// Replaces each pixel, independently of the others, by each of the values with its probability.
fn replace<const N: usize>(rng: &mut impl Rng, values: [(f64, f32); N], pixels: &mut [f32]) {
    /// The number of values that a draw may have.
    const RANGE: f64 = (1_u64 << u32::BITS) as f64;
    let mut bound = 0.0;
    // A draw below a value's bound, and not below one before it, chooses the value.
    let values = values.map(|(probability, value)| {
        bound += probability * RANGE;
        (bound as u64, value)
    });
    let mut draws = [0_u32; DRAWS];
    for block in pixels.chunks_mut(DRAWS) {
        rng.fill(&mut draws);
        for (pixel, &draw) in block.iter_mut().zip(&draws) {
            let chosen = values.iter().find(|(bound, _)| u64::from(draw) < *bound);
            if let Some((_, value)) = chosen {
                *pixel = *value;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::*;

    const PIXELS: usize = 1_000_000;

    /// A million pixels of 0.5, corrupted.
    fn corrupted(corruption: Corruption) -> Vec<f32> {
        let mut images = vec![0.5; PIXELS];
        corrupt(
            &[corruption],
            &mut ChaCha8Rng::seed_from_u64(2),
            &mut images,
        );
        images
    }

    /// The share of a value; of a million pixels its standard deviation is at most 0.0005.
    fn assert_share(images: &[f32], value: f32, expected: f64) {
        let count = images.iter().filter(|&&pixel| pixel == value).count();
        let share = count as f64 / images.len() as f64;
        assert!(
            (share - expected).abs() < 0.002,
            "{value}: {share}, expected {expected}"
        );
    }

    #[test]
    fn parts_draw_what_the_whole_draws() {
        let gaussian = Corruption::Gaussian {
            std: 0.5,
            clip: false,
        };
        for count in [PART - 1, 2 * PART + 300, 3 * PART] {
            let generator = || ChaCha8Rng::seed_from_u64(2);
            let (mut whole, mut in_parts) = (vec![0.5; count], vec![0.5; count]);
            let mut rng = generator();
            add_normal(&mut rng, 0.5, &mut whole);
            replace(&mut rng, [(0.3, 0.0)], &mut whole);
            add_normal(&mut rng, 0.5, &mut whole);
            let mask = Corruption::Masking { share: 0.3 };
            let all = [gaussian, mask, gaussian];
            corrupt(&all, &mut generator(), &mut in_parts);
            assert!(whole == in_parts, "{count} pixels");
        }
    }

    #[test]
    fn masking_sets_its_share_of_the_pixels_to_0() {
        for share in [0.05, 0.3, 0.9] {
            let images = corrupted(Corruption::Masking { share });
            assert_share(&images, 0.0, share);
            assert_share(&images, 0.5, 1.0 - share);
        }
        assert!(corrupted(Corruption::Masking { share: 0.0 }) == [0.5; PIXELS]);
        assert!(corrupted(Corruption::Masking { share: 1.0 }) == [0.0; PIXELS]);
    }

    #[test]
    fn salt_and_pepper_are_set_equally_often() {
        for share in [0.05, 0.3, 1.0] {
            let images = corrupted(Corruption::SaltAndPepper { share });
            assert_share(&images, 0.0, share / 2.0);
            assert_share(&images, 1.0, share / 2.0);
            assert_share(&images, 0.5, 1.0 - share);
        }
        assert!(corrupted(Corruption::SaltAndPepper { share: 0.0 }) == [0.5; PIXELS]);
    }

    #[test]
    fn clipped_noise_is_the_same_noise_at_0_to_1() {
        let noisy = corrupted(Corruption::Gaussian {
            std: 0.5,
            clip: false,
        });
        let clipped = corrupted(Corruption::Gaussian {
            std: 0.5,
            clip: true,
        });
        assert!(noisy.iter().any(|pixel| !(0.0..=1.0).contains(pixel)));
        for (noisy, clipped) in noisy.iter().zip(&clipped) {
            assert_eq!(noisy.clamp(0.0, 1.0), *clipped);
        }
    }

    #[test]
    fn another_seed_corrupts_other_pixels() {
        let corruption = [Corruption::Masking { share: 0.5 }];
        let images = |seed| {
            let mut images = vec![0.5; 1000];
            corrupt(
                &corruption,
                &mut ChaCha8Rng::seed_from_u64(seed),
                &mut images,
            );
            images
        };
        assert_eq!(images(1), images(1));
        assert_ne!(images(1), images(2));
    }
}
