use experiment::{IMAGE_SIDE, PIXELS, Protocol, Scores};
use image_metrics::{squared_error, squared_errors};
use tch::{Device, Tensor};

use crate::{
    Reconstruct,
    data::evaluation_images::{Images, to_floats},
};

/// Width of the frame of an image.
const FRAME: usize = 2;

/// Images and their reconstructions, N x P each, at 0-1 scale.
#[derive(Default)]
pub(crate) struct Pair {
    pub(crate) images: Vec<f32>,
    pub(crate) reconstructions: Vec<f32>,
}

impl Pair {
    /// Both `[N, P]` at the scale of `protocol`.
    pub(crate) fn new(images: &Tensor, reconstructions: &Tensor, protocol: Protocol) -> Self {
        Pair {
            images: to_floats(&(images / protocol.white())),
            reconstructions: to_floats(&(reconstructions / protocol.white())),
        }
    }

    /// Reconstructs a whole set under [`Protocol::Corrected`].
    pub(crate) fn of_set(model: &dyn Reconstruct, set: &Images, device: Device) -> Self {
        let mut pair = Pair::default();
        for images in set.chunks(device) {
            let output = model.reconstruct(&images, Protocol::Corrected, None);
            pair.add(&images, &output.reconstruction);
        }
        pair
    }

    /// Adds further images at 0-1 scale.
    pub(crate) fn add(&mut self, images: &Tensor, reconstructions: &Tensor) {
        self.images.extend(to_floats(images));
        self.reconstructions.extend(to_floats(reconstructions));
    }

    /// One pair for each image.
    pub(crate) fn each(&self) -> Vec<Pair> {
        let images = self.images.chunks_exact(PIXELS);
        images
            .zip(self.reconstructions.chunks_exact(PIXELS))
            .map(|(image, reconstruction)| Pair {
                images: image.to_vec(),
                reconstructions: reconstruction.to_vec(),
            })
            .collect()
    }

    pub(crate) fn scores(&self) -> Scores {
        Scores::of(
            &self.images,
            &self.reconstructions,
            [IMAGE_SIDE, IMAGE_SIDE],
        )
    }

    /// Sum over all pixels of (x - x_hat)^2.
    pub(crate) fn squared_error(&self) -> f64 {
        squared_error(&self.images, &self.reconstructions)
    }

    /// The same of each image.
    pub(crate) fn squared_errors(&self) -> Vec<f64> {
        squared_errors(&self.images, &self.reconstructions, PIXELS)
    }

    /// See [`experiment::NotebookError::signed_error`]: the sum of the entries of A A is the sum
    /// over k of (sum of column k of A) (sum of row k of A).
    pub(crate) fn signed_error(&self) -> f64 {
        let residual = |row: usize, column: usize| {
            let pixel = row * IMAGE_SIDE + column;
            f64::from(self.images[pixel]) - f64::from(self.reconstructions[pixel])
        };
        (0..IMAGE_SIDE)
            .map(|k| {
                let column: f64 = (0..IMAGE_SIDE).map(|row| residual(row, k)).sum();
                let row: f64 = (0..IMAGE_SIDE).map(|column| residual(k, column)).sum();
                column * row
            })
            .sum()
    }

    /// See [`experiment::Measures::contrast`]. An image without contrast does not count; 0 if
    /// there is no other.
    pub(crate) fn contrast(&self) -> f64 {
        let images = self.images.chunks_exact(PIXELS);
        let ratios: Vec<f64> = images
            .zip(self.reconstructions.chunks_exact(PIXELS))
            .map(|(image, reconstruction)| (deviation(image), deviation(reconstruction)))
            .filter(|(original, _)| *original > 0.0)
            .map(|(original, reconstructed)| reconstructed / original)
            .collect();
        ratios.iter().sum::<f64>() / ratios.len().max(1) as f64
    }

    /// See [`experiment::Measures::random_border`].
    pub(crate) fn reconstructed_frame(&self) -> f64 {
        let inner = FRAME..IMAGE_SIDE - FRAME;
        let in_frame = |pixel: usize| {
            !(inner.contains(&(pixel / IMAGE_SIDE)) && inner.contains(&(pixel % IMAGE_SIDE)))
        };
        let (mut sum, mut count) = (0.0, 0);
        for (index, &value) in self.reconstructions.iter().enumerate() {
            if in_frame(index % PIXELS) {
                sum += f64::from(value);
                count += 1;
            }
        }
        sum / f64::from(count)
    }
}

/// For each pixel, whether it is other than zero in any of `images`, N x P.
pub(crate) fn lit_pixels<T: Default + PartialEq>(images: &[T]) -> Vec<bool> {
    let dark = T::default();
    let mut lit = vec![false; PIXELS];
    for image in images.chunks_exact(PIXELS) {
        for (lit, value) in lit.iter_mut().zip(image) {
            *lit |= *value != dark;
        }
    }
    lit
}

/// Standard deviation of the pixels of an image.
fn deviation(image: &[f32]) -> f64 {
    let count = image.len() as f64;
    let mean = image.iter().map(|&pixel| f64::from(pixel)).sum::<f64>() / count;
    let squares = image.iter().map(|&pixel| (f64::from(pixel) - mean).powi(2));
    (squares.sum::<f64>() / count).sqrt()
}
