//! How close reconstructed images are to their originals, on slices of pixels.
//!
//! Letters in shapes: N = images, R = rows, C = columns, P = R C pixels of an image. Images are
//! `[N, R, C]` in row-major order, at 0-1 scale.
//!
//! - [`Scores`]: squared error, PSNR and SSIM of reconstructions.
//! - [`ssim`], [`squared_error`], [`standard_deviation`]: one measure of one image.
//! - [`roc_auc`]: how well a score tells two groups apart.
//!
//! Layers: scores -> {squared_error, ssim, roc_auc, standard_deviation}
//!
//! ```
//! use image_metrics::Scores;
//!
//! let images = [0.0f32, 0.5, 0.5, 1.0].repeat(49); // one image of 14 x 14 pixels
//! let scores = Scores::of(&images, &images, [1, 14, 14]);
//! assert_eq!((scores.sse, scores.psnr), (0.0, None));
//! ```
#![deny(missing_docs)]

mod roc_auc;
mod scores;
mod squared_error;
mod ssim;
mod standard_deviation;

pub use roc_auc::roc_auc;
pub use scores::{ScoreColumn, Scores};
pub use squared_error::{squared_error, squared_errors};
pub use ssim::ssim;
pub use standard_deviation::standard_deviation;
