//! The training images that are held out for validation.

use std::borrow::Cow;

use experiment::{PIXELS, Validation};
use rand::seq::SliceRandom;

use super::images::Images;
use crate::random::{RngStream, generator};

/// Training images, some of which may be held out.
pub(crate) struct TrainingSplit<'a> {
    /// The images to train on, N x P, in their order.
    pub(crate) training: Cow<'a, [u8]>,
    /// Those that are held out.
    pub(crate) validation: Option<Images>,
}

impl<'a> TrainingSplit<'a> {
    /// Holds images out of `images`, N x P.
    pub(crate) fn new(images: &'a [u8], validation: Option<Validation>, seed: u64) -> Self {
        let Some(validation) = validation else {
            return TrainingSplit {
                training: images.into(),
                validation: None,
            };
        };
        let [training, held_out] = split(images.len() / PIXELS, validation, seed).map(|indices| {
            let images = indices.iter().flat_map(|i| &images[i * PIXELS..][..PIXELS]);
            images.copied().collect()
        });
        TrainingSplit {
            training: Cow::Owned(training),
            validation: Some(Images(held_out)),
        }
    }
}

/// The indices, below `count`, of the images to train on and of those that are held out, ascending.
/// A random order of all, drawn from `seed` alone, begins with those that are held out.
fn split(count: usize, validation: Validation, seed: u64) -> [Vec<usize>; 2] {
    let mut held_out: Vec<usize> = (0..count).collect();
    held_out.shuffle(&mut generator(seed, "", RngStream::Validation, 0));
    let mut training = held_out.split_off(validation.count(count));
    training.sort_unstable();
    held_out.sort_unstable();
    [training, held_out]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_image_is_in_one_of_two_parts_that_follow_from_the_seed() {
        let [training, held_out] = split(50, Validation::Share(0.2), 7);
        assert_eq!((training.len(), held_out.len()), (40, 10));
        let mut all = [training.clone(), held_out.clone()].concat();
        all.sort_unstable();
        assert_eq!(all, (0..50).collect::<Vec<_>>());
        let again = split(50, Validation::Count(10), 7);
        assert_eq!(again, [training, held_out.clone()]);
        assert_ne!(split(50, Validation::Count(10), 8)[1], held_out);

        let images: Vec<u8> = (0..50).flat_map(|image| [image; PIXELS]).collect();
        let split = TrainingSplit::new(&images, Some(Validation::Count(10)), 7);
        let found = split.validation.unwrap().0;
        let found = found.chunks(PIXELS).map(|image| usize::from(image[1]));
        assert_eq!(found.collect::<Vec<_>>(), held_out);
        assert_eq!(split.training.len(), 40 * PIXELS);
    }
}
