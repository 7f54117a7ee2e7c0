//! The covariance of byte images, exact in integers up to one division.

use multiversion::multiversion;
use rayon::prelude::*;

/// Images that one thread sums up before its sums are merged.
const BLOCK: usize = 4096;

/// A block's sums of products of two bytes fit `u32`.
const _: () = assert!(BLOCK as u64 * 255 * 255 <= u32::MAX as u64);

/// Exact sums over N images x `[D]`. Nothing overflows below 2^48 images.
pub(crate) struct Moments {
    images: u64,
    /// s = the sum of x over the images, `[D]`.
    sums: Vec<u64>,
    /// G = the sum of x x^T over the images, `[D, D]` in row-major order. Only the upper triangle with
    /// the diagonal is filled.
    products: Vec<u64>,
}

impl Moments {
    /// Sums over `images`, a whole number of images of `pixels` bytes each.
    pub(crate) fn of_images(images: &[u8], pixels: usize) -> Self {
        images
            .par_chunks(BLOCK * pixels)
            .map(|block| Self::of_block(block, pixels))
            .reduce(|| Self::zero(pixels), Self::plus)
    }

    fn zero(pixels: usize) -> Self {
        Moments {
            images: 0,
            sums: vec![0; pixels],
            products: vec![0; pixels * pixels],
        }
    }

    fn of_block(block: &[u8], pixels: usize) -> Self {
        let mut sums = vec![0; pixels];
        let mut products = vec![0; pixels * pixels];
        add_images(block, &mut sums, &mut products);
        let widened = |narrow: Vec<u32>| narrow.into_iter().map(u64::from).collect();
        Moments {
            images: (block.len() / pixels) as u64,
            sums: widened(sums),
            products: widened(products),
        }
    }

    fn plus(mut self, other: Self) -> Self {
        let add = |into: &mut [u64], from: &[u64]| {
            into.iter_mut().zip(from).for_each(|(sum, x)| *sum += x);
        };
        self.images += other.images;
        add(&mut self.sums, &other.sums);
        add(&mut self.products, &other.products);
        self
    }

    /// Mean image, 0-255, `[D]`.
    pub(crate) fn mean(&self) -> Vec<f64> {
        let images = self.images as f64;
        self.sums.iter().map(|&sum| sum as f64 / images).collect()
    }

    /// Covariance over n - 1, `[D, D]`: (n G - s s^T) / (n (n - 1)), where the numerator is exact.
    /// There must be at least two images.
    pub(crate) fn covariance(&self) -> Vec<f64> {
        let pixels = self.sums.len();
        let images = i128::from(self.images);
        let divisor = (images * (images - 1)) as f64;
        let mut covariance = vec![0.0; pixels * pixels];
        for row in 0..pixels {
            for column in row..pixels {
                let product = i128::from(self.products[row * pixels + column]);
                let of_sums = i128::from(self.sums[row]) * i128::from(self.sums[column]);
                let value = (images * product - of_sums) as f64 / divisor;
                covariance[row * pixels + column] = value;
                covariance[column * pixels + row] = value;
            }
        }
        covariance
    }
}

/// Adds x to `sums` `[D]` and the upper triangle of x x^T to `products` `[D, D]`, for each image x of
/// `images` `[N, D]`.
///
/// Four fifths of the pixels of a digit are zero, so their rows are skipped, and all rows end at the
/// last nonzero pixel. The inner loop is written so that it compiles to vector instructions: the
/// product of two bytes fits `u16`, and the wrapping operations, which never wrap here, avoid
/// overflow checks.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
fn add_images(images: &[u8], sums: &mut [u32], products: &mut [u32]) {
    let pixels = sums.len();
    for image in images.chunks_exact(pixels) {
        let end = image.iter().rposition(|&value| value != 0);
        let image = &image[..end.map_or(0, |last| last + 1)];
        for (pixel, &value) in image.iter().enumerate() {
            if value == 0 {
                continue;
            }
            let value = u16::from(value);
            sums[pixel] += u32::from(value);
            let row = &mut products[pixel * pixels + pixel..(pixel + 1) * pixels];
            for (sum, &other) in row.iter_mut().zip(&image[pixel..]) {
                let product = value.wrapping_mul(u16::from(other));
                *sum = sum.wrapping_add(u32::from(product));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::{Rng, SeedableRng, rngs::StdRng};

    use super::*;

    fn random_images(images: usize, pixels: usize) -> Vec<u8> {
        let mut bytes = vec![0; images * pixels];
        StdRng::seed_from_u64(1).fill_bytes(&mut bytes);
        // Black and white pixels are common in digits.
        for byte in &mut bytes {
            *byte = match *byte {
                0..100 => 0,
                230.. => 255,
                other => other,
            };
        }
        bytes
    }

    /// The covariance by its definition: the mean product of the distances from the mean.
    fn naive_covariance(images: &[u8], pixels: usize) -> Vec<f64> {
        let rows: Vec<&[u8]> = images.chunks(pixels).collect();
        let count = rows.len() as f64;
        let mean: Vec<f64> = (0..pixels)
            .map(|i| rows.iter().map(|row| f64::from(row[i])).sum::<f64>() / count)
            .collect();
        let distance = |row: &[u8], i: usize| f64::from(row[i]) - mean[i];
        let covariance = |at| {
            let product = |row: &&[u8]| distance(row, at / pixels) * distance(row, at % pixels);
            rows.iter().map(product).sum::<f64>() / (count - 1.0)
        };
        (0..pixels * pixels).map(covariance).collect()
    }

    #[test]
    fn covariance_is_that_of_the_definition() {
        // More images than a block, and not a multiple of it.
        let (images, pixels) = (2 * BLOCK + 17, 13);
        let bytes = random_images(images, pixels);
        let covariance = Moments::of_images(&bytes, pixels).covariance();
        for (exact, naive) in covariance.iter().zip(naive_covariance(&bytes, pixels)) {
            assert!((exact - naive).abs() < 1e-8, "{exact} against {naive}");
        }
    }

    #[test]
    fn white_images_do_not_overflow_and_have_no_variance() {
        let images = 70_000; // More than 2^32 / 255^2.
        let moments = Moments::of_images(&vec![255; images * 2], 2);
        let sum = images as u64 * 255 * 255;
        assert_eq!(moments.products, [sum, sum, 0, sum]);
        assert_eq!(moments.mean(), [255.0; 2]);
        assert_eq!(moments.covariance(), [0.0; 4]);
    }

    #[test]
    fn one_and_two_threads_give_the_same_bits() {
        let pixels = 50;
        let bytes = random_images(3 * BLOCK + 1, pixels);
        let [one, two] = [1, 2].map(|threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
            let covariance = || Moments::of_images(&bytes, pixels).covariance();
            pool.build().unwrap().install(covariance)
        });
        assert_eq!(one, two);
    }
}
