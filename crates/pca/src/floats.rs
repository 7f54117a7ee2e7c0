//! The mean and the covariance of images of floats.

use tch::{Kind, Tensor};

/// Images whose products are summed at a time.
const BLOCK: usize = 4096;
/// From 0-1 scale to 0-255.
pub(crate) const SCALE: f64 = 255.0;

/// The mean, `[D]`, and the covariance over n - 1, `[D, D]`, at 0-255 scale, of `images`, at least two
/// of `pixels` floats each at 0-1 scale.
pub(crate) fn mean_and_covariance(images: &[f32], pixels: usize) -> (Vec<f64>, Vec<f64>) {
    let count = (images.len() / pixels) as f64;
    let blocks = || {
        images.chunks(BLOCK * pixels).map(|block| {
            let block = Tensor::from_slice(block).view([-1, pixels as i64]);
            block.to_kind(Kind::Double) * SCALE
        })
    };
    let sum = |sum: Option<Tensor>, next: Tensor| Some(sum.map_or(next.copy(), |sum| sum + next));
    let sums = blocks()
        .map(|block| block.sum_dim_intlist([0].as_slice(), false, Kind::Double))
        .fold(None, sum);
    let mean = sums.expect("at least two images") / count;
    let products = blocks()
        .map(|block| {
            let centered = block - &mean;
            centered.transpose(0, 1).matmul(&centered)
        })
        .fold(None, sum);
    let covariance = products.expect("at least two images") / (count - 1.0);
    let floats = |tensor: Tensor| Vec::try_from(tensor.flatten(0, -1)).expect("rank 1 in f64");
    (floats(mean), floats(covariance))
}
