//! Random changes of the training images, a file for each: the changed image is both input and
//! target.

mod bilinear;
mod elastic;
mod rotation;
mod shift;

use experiment::{Augmentation, Shape};
use rand::{Rng, RngExt};

use elastic::Smoothing;

/// Changes each of `images`, N x C x H x W of this shape, in place: all of `augmentations`, in their
/// order. The channels of an image move alike.
pub(crate) fn augment(
    augmentations: &[Augmentation],
    shape: Shape,
    rng: &mut impl Rng,
    images: &mut [f32],
) {
    let images = images.chunks_exact_mut(shape.channels * shape.rows * shape.columns);
    let images: &mut [&mut [f32]] = &mut images.collect::<Vec<_>>();
    for augmentation in augmentations {
        match *augmentation {
            Augmentation::Shift { pixels } => {
                let max = pixels as i32;
                for image in images.iter_mut() {
                    let [down, right] = [(); 2].map(|()| rng.random_range(-max..=max));
                    shift::shift(image, shape, down, right);
                }
            }
            Augmentation::Rotation { degrees } => {
                for image in images.iter_mut() {
                    let angle = rng.random_range(-degrees..=degrees);
                    rotation::rotate(image, shape, angle.to_radians());
                }
            }
            Augmentation::Elastic { alpha, sigma } => {
                let smoothing = Smoothing::new(shape, sigma);
                for image in images.iter_mut() {
                    let [down, right] = [(); 2].map(|()| elastic::draw(shape, rng));
                    elastic::distort(image, shape, &smoothing, alpha as f32, [down, right]);
                }
            }
        }
    }
}
