//! The scores of reconstructions, as records hold them.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::{squared_error::squared_error, ssim::ssim};

/// How close reconstructions are to their images, at 0-1 scale; of several images the mean.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scores {
    /// Squared error, summed over the pixels of an image.
    pub sse: f64,
    /// Squared error, averaged over the pixels.
    pub mse: f64,
    /// Peak signal-to-noise ratio, 10 log10(1 / mse), in dB; absent where an image is
    /// reconstructed without error, which makes it infinite.
    pub psnr: Option<f64>,
    /// Structural similarity: see [`ssim`].
    pub ssim: f64,
}

/// One of the [`Scores`], as tables show it.
#[derive(Clone, Copy, Debug)]
pub struct ScoreColumn {
    /// Its name in records.
    pub name: &'static str,
    /// The title of its column.
    pub title: &'static str,
    /// What it is, with its unit.
    pub meaning: &'static str,
    /// Number of decimals to show.
    pub decimals: usize,
    /// Whether a higher value is the better one, as of a similarity; of an error it is the lower.
    pub is_better_higher: bool,
    /// Its value; `None` if it is infinite.
    pub value: fn(&Scores) -> Option<f64>,
}

impl ScoreColumn {
    /// Compares two values so that the better one is first.
    pub fn better_first(&self, a: f64, b: f64) -> Ordering {
        if self.is_better_higher {
            b.total_cmp(&a)
        } else {
            a.total_cmp(&b)
        }
    }
}

impl Scores {
    /// The squared error, by which models are ranked unless another score is chosen.
    pub const SSE: ScoreColumn = Scores::COLUMNS[0];

    /// All scores, in the order of tables.
    pub const COLUMNS: [ScoreColumn; 4] = [
        ScoreColumn {
            name: "sse",
            title: "SSE",
            meaning: "squared error summed over the pixels, x from 0 to 1",
            decimals: 4,
            is_better_higher: false,
            value: |scores| Some(scores.sse),
        },
        ScoreColumn {
            name: "mse",
            title: "MSE",
            meaning: "squared error averaged over the pixels",
            decimals: 6,
            is_better_higher: false,
            value: |scores| Some(scores.mse),
        },
        ScoreColumn {
            name: "psnr",
            title: "PSNR",
            meaning: "peak signal-to-noise ratio in dB",
            decimals: 2,
            is_better_higher: true,
            value: |scores| scores.psnr,
        },
        ScoreColumn {
            name: "ssim",
            title: "SSIM",
            meaning: "structural similarity",
            decimals: 4,
            is_better_higher: true,
            value: |scores| Some(scores.ssim),
        },
    ];

    /// The scores of N reconstructions, each averaged over the images. Both slices are
    /// `[N, channels, R, C]`, at 0-1 scale; `size` is `[channels, R, C]`. The structural similarity is
    /// averaged over the channels.
    ///
    /// # Panics
    /// If there is no image, or if the slices differ in length.
    pub fn of(images: &[f32], reconstructions: &[f32], size: [usize; 3]) -> Scores {
        assert!(!images.is_empty() && images.len() == reconstructions.len());
        let [channels, rows, columns] = size;
        let pixels = channels * rows * columns;
        let count = (images.len() / pixels) as f64;
        let (mut sse, mut psnr, mut similarity) = (0.0, 0.0, 0.0);
        let pairs = images
            .chunks_exact(pixels)
            .zip(reconstructions.chunks_exact(pixels));
        for (image, reconstruction) in pairs {
            let error = squared_error(image, reconstruction);
            sse += error;
            psnr += -10.0 * (error / pixels as f64).log10();
            let of_channels = image
                .chunks_exact(rows * columns)
                .zip(reconstruction.chunks_exact(rows * columns))
                .map(|(image, reconstruction)| ssim(image, reconstruction, columns));
            similarity += of_channels.sum::<f64>() / channels as f64;
        }
        Scores {
            sse: sse / count,
            mse: sse / count / pixels as f64,
            psnr: Some(psnr / count).filter(|psnr| psnr.is_finite()),
            ssim: similarity / count,
        }
    }
}
