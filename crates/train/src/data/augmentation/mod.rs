//! Random changes of the training images: the changed image is both input and target. Each change says
//! where a pixel of the new image comes from in the old one.

mod resampling;
mod smoothing;
#[cfg(test)]
mod tests;

use experiment::{Augmentation, Shape};
use rand::{Rng, RngExt};

use resampling::{rearrange, resample};
use smoothing::Smoothing;

/// Changes each of `images`, N x C x H x W of this shape, in place: all of `augmentations`, in their
/// order. The channels of an image move alike.
pub(crate) fn augment(
    augmentations: &[Augmentation],
    shape: Shape,
    rng: &mut impl Rng,
    images: &mut [f32],
) {
    let numbers = shape.channels * shape.rows * shape.columns;
    for augmentation in augmentations {
        match *augmentation {
            Augmentation::Shift { pixels } => {
                let max = pixels as i32;
                for image in images.chunks_exact_mut(numbers) {
                    let [down, right] = [(); 2].map(|()| rng.random_range(-max..=max));
                    rearrange(image, shape, shift(down, right));
                }
            }
            Augmentation::Rotation { degrees } => {
                for image in images.chunks_exact_mut(numbers) {
                    let angle = rng.random_range(-degrees..=degrees);
                    resample(image, shape, rotation(shape, angle.to_radians()));
                }
            }
            // Simard, Steinkraus and Platt, 2003.
            Augmentation::Elastic { alpha, sigma } => {
                let smoothing = Smoothing::new(shape, sigma);
                for image in images.chunks_exact_mut(numbers) {
                    let fields = [(); 2].map(|()| random_field(shape, rng));
                    let smoothed = fields.map(|field| smoothing.smooth(&field));
                    resample(image, shape, displacement(shape, alpha as f32, smoothed));
                }
            }
        }
    }
}

/// The sources of pixels that move by whole pixels.
fn shift(down: i32, right: i32) -> impl Fn(isize, isize) -> [isize; 2] {
    move |row, column| [row - down as isize, column - right as isize]
}

/// The sources of pixels that turn about the center by an angle in radians, counterclockwise as the
/// image is shown.
fn rotation(shape: Shape, angle: f64) -> impl Fn(usize, usize) -> [f32; 2] {
    let (sin, cos) = angle.sin_cos();
    let center = [shape.rows, shape.columns].map(|side| (side as f64 - 1.0) / 2.0);
    move |row, column| {
        let (down, right) = (row as f64 - center[0], column as f64 - center[1]);
        let source_row = center[0] + cos * down + sin * right;
        let source_column = center[1] - sin * down + cos * right;
        [source_row as f32, source_column as f32]
    }
}

/// The sources of pixels that are displaced by `alpha` times the fields, H x W displacements down and
/// as many to the right.
fn displacement(
    shape: Shape,
    alpha: f32,
    [down, right]: [Vec<f32>; 2],
) -> impl Fn(usize, usize) -> [f32; 2] {
    move |row, column| {
        let index = row * shape.columns + column;
        [
            row as f32 + alpha * down[index],
            column as f32 + alpha * right[index],
        ]
    }
}

/// A field, H x W, of independent numbers that are uniform in -1 to 1.
fn random_field(shape: Shape, rng: &mut impl Rng) -> Vec<f32> {
    (0..shape.rows * shape.columns)
        .map(|_| rng.random_range(-1.0..=1.0))
        .collect()
}
