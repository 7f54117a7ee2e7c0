//! The training images that are held out for validation.

use experiment::Validation;
use rand::seq::SliceRandom;

use super::{images::Images, training_images::Chosen, training_set::TrainingSet};
use crate::{
    Error,
    random::{RngStream, generator},
};

/// Training images, some of which may be held out.
pub(crate) struct TrainingSplit {
    /// Those to train on.
    pub(crate) training: Chosen,
    /// Those that are held out.
    pub(crate) validation: Option<Images>,
}

impl TrainingSplit {
    /// Holds images out of the first `count` of `images`.
    ///
    /// # Errors
    /// [`Error::ImageFile`].
    pub(crate) fn new(
        images: &TrainingSet,
        count: usize,
        validation: Option<Validation>,
        seed: u64,
    ) -> Result<Self, Error> {
        let Some(validation) = validation else {
            return Ok(TrainingSplit {
                training: Chosen::First(count),
                validation: None,
            });
        };
        let [training, held_out] = split(count, validation, seed);
        Ok(TrainingSplit {
            training: Chosen::These(training),
            validation: Some(images.select(held_out)?),
        })
    }
}

/// The indices, below `count`, of the images to train on and of those that are held out, ascending.
/// A random order of all, drawn from `seed` alone, begins with those that are held out.
fn split(count: usize, validation: Validation, seed: u64) -> [Vec<usize>; 2] {
    let mut held_out: Vec<usize> = (0..count).collect();
    held_out.shuffle(&mut generator(seed, RngStream::Validation, 0));
    let mut training = held_out.split_off(validation.count(count));
    training.sort_unstable();
    held_out.sort_unstable();
    [training, held_out]
}

#[cfg(test)]
mod tests {
    use experiment::Shape;

    use super::*;
    use crate::data::images::Pixels;

    #[test]
    fn each_image_is_in_one_of_two_parts_that_follow_from_the_seed() {
        let [training, held_out] = split(50, Validation::Share(0.2), 7);
        assert_eq!((training.len(), held_out.len()), (40, 10));
        let mut all = [training.clone(), held_out.clone()].concat();
        all.sort_unstable();
        assert_eq!(all, (0..50).collect::<Vec<_>>());
        let again = split(50, Validation::Count(10), 7);
        assert_eq!(again, [training.clone(), held_out.clone()]);
        assert_ne!(split(50, Validation::Count(10), 8)[1], held_out);

        let bytes = (0..50).flat_map(|image| [image; 6]).collect();
        let images = Images::new(Shape::units(6), Pixels::Bytes(bytes));
        let split = TrainingSplit::new(&images.into(), 50, Some(Validation::Count(10)), 7);
        let split = split.unwrap();
        let Pixels::Bytes(found) = split.validation.unwrap().pixels().clone() else {
            panic!("expected bytes");
        };
        let found = found.chunks(6).map(|image| usize::from(image[1]));
        assert_eq!(found.collect::<Vec<_>>(), held_out);
        assert!(matches!(split.training, Chosen::These(chosen) if chosen == training));
    }
}
