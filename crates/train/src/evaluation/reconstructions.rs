//! Images with their reconstructions, and the errors between them.

use experiment::{Protocol, Scores, Shape};
use image_metrics::{squared_error, squared_errors, standard_deviation};
use tch::{Device, Tensor};

use super::{metrics::squares_about_mean, reconstruct::Reconstruct};
use crate::{
    data::Images,
    tensors::{to_floats, with_floats},
};

/// Width of the frame of an image.
const FRAME: usize = 2;

/// Images and their reconstructions, N x P each, at 0-1 scale.
pub(crate) struct Reconstructions {
    shape: Shape,
    pub(crate) images: Vec<f32>,
    pub(crate) reconstructions: Vec<f32>,
}

impl Reconstructions {
    /// Images and their reconstructions, `[N, P]` each, at the scale of `protocol`.
    pub(crate) fn new(
        shape: Shape,
        images: &Tensor,
        reconstructions: &Tensor,
        protocol: Protocol,
    ) -> Self {
        Reconstructions {
            shape,
            images: to_floats(&(images / protocol.max_pixel())),
            reconstructions: to_floats(&(reconstructions / protocol.max_pixel())),
        }
    }

    /// No images of `shape` yet, with memory for `count` of them.
    pub(crate) fn with_capacity(shape: Shape, count: usize) -> Self {
        let numbers = count * shape.size();
        Reconstructions {
            shape,
            images: Vec::with_capacity(numbers),
            reconstructions: Vec::with_capacity(numbers),
        }
    }

    /// How many numbers an image has, P.
    pub(crate) fn numbers(&self) -> usize {
        self.shape.size()
    }

    /// Reconstructs a whole set under [`Protocol::Corrected`].
    pub(crate) fn of_set(model: &dyn Reconstruct, set: &Images, device: Device) -> Self {
        let mut reconstructions = Reconstructions::with_capacity(set.shape(), set.len());
        for images in set.chunks(device) {
            let output = model.reconstruct(&images, Protocol::Corrected, None);
            reconstructions.add(&images, &output.reconstruction);
        }
        reconstructions
    }

    /// Adds further images at 0-1 scale.
    pub(crate) fn add(&mut self, images: &Tensor, reconstructions: &Tensor) {
        with_floats(images, |images| self.images.extend_from_slice(images));
        with_floats(reconstructions, |pixels| {
            self.reconstructions.extend_from_slice(pixels);
        });
    }

    /// Each image with its reconstruction.
    pub(crate) fn each(&self) -> Vec<Reconstructions> {
        self.images
            .chunks_exact(self.numbers())
            .zip(self.reconstructions.chunks_exact(self.numbers()))
            .map(|(image, reconstruction)| Reconstructions {
                shape: self.shape,
                images: image.to_vec(),
                reconstructions: reconstruction.to_vec(),
            })
            .collect()
    }

    /// Mean scores over the images.
    pub(crate) fn scores(&self) -> Scores {
        let Shape {
            channels,
            rows,
            columns,
        } = self.shape;
        Scores::of(
            &self.images,
            &self.reconstructions,
            [channels, rows, columns],
        )
    }

    /// Sum over all pixels of all images of (x - x_hat)^2.
    pub(crate) fn squared_error(&self) -> f64 {
        squared_error(&self.images, &self.reconstructions)
    }

    /// Sum over the pixels of each image of (x - x_hat)^2, N values.
    pub(crate) fn squared_errors(&self) -> Vec<f64> {
        squared_errors(&self.images, &self.reconstructions, self.numbers())
    }

    /// Whether the error is above that of the mean image in the place of every reconstruction. A single
    /// image, which is its own mean, says nothing.
    pub(crate) fn is_worse_than_mean_image(&self) -> bool {
        let count = self.images.len() / self.numbers();
        count > 1 && self.squared_error() > squares_about_mean(&self.images, self.numbers())
    }

    /// Squared error of each pixel, `[P]`, mean over the images.
    pub(crate) fn pixel_errors(&self) -> Vec<f32> {
        let numbers = self.numbers();
        let mut sums = vec![0.0; numbers];
        let images = self.images.chunks_exact(numbers);
        for (image, reconstruction) in images.zip(self.reconstructions.chunks_exact(numbers)) {
            for ((sum, &x), &y) in sums.iter_mut().zip(image).zip(reconstruction) {
                *sum += (f64::from(x) - f64::from(y)).powi(2);
            }
        }
        let count = (self.images.len() / numbers).max(1) as f64;
        sums.into_iter().map(|sum| (sum / count) as f32).collect()
    }

    /// See [`experiment::NotebookError::signed_error`]: the sum of the entries of A A is the sum
    /// over k of (sum of column k of A) (sum of row k of A). For a square image of one channel.
    pub(crate) fn signed_error(&self) -> f64 {
        let side = self.shape.columns;
        let residual = |row: usize, column: usize| {
            let pixel = row * side + column;
            f64::from(self.images[pixel]) - f64::from(self.reconstructions[pixel])
        };
        (0..side)
            .map(|k| {
                let column: f64 = (0..side).map(|row| residual(row, k)).sum();
                let row: f64 = (0..side).map(|column| residual(k, column)).sum();
                column * row
            })
            .sum()
    }

    /// See [`experiment::Measures::contrast`]. Images without contrast do not count; 0 if no
    /// image has any.
    pub(crate) fn contrast(&self) -> f64 {
        let ratios: Vec<f64> = self
            .images
            .chunks_exact(self.numbers())
            .zip(self.reconstructions.chunks_exact(self.numbers()))
            .map(|(image, reconstruction)| {
                (
                    standard_deviation(image),
                    standard_deviation(reconstruction),
                )
            })
            .filter(|(original, _)| *original > 0.0)
            .map(|(original, reconstructed)| reconstructed / original)
            .collect();
        ratios.iter().sum::<f64>() / ratios.len().max(1) as f64
    }

    /// See [`experiment::Measures::random_border`].
    pub(crate) fn reconstructed_frame(&self) -> f64 {
        let Shape { rows, columns, .. } = self.shape;
        let is_inner = |at: usize, length: usize| at >= FRAME && at + FRAME < length;
        let in_frame =
            |pixel: usize| !(is_inner(pixel / columns, rows) && is_inner(pixel % columns, columns));
        let (mut sum, mut count) = (0.0, 0);
        for (index, &value) in self.reconstructions.iter().enumerate() {
            if in_frame(index % (rows * columns)) {
                sum += f64::from(value);
                count += 1;
            }
        }
        sum / f64::from(count)
    }
}
