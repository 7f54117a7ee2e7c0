//! What the notebook observed in part 5: manifold learning.

use experiment::{SAMPLE_COUNT, arrays};

use super::{
    claim::{Claim, Compared, increases},
    filters::differences_of_neighbors,
    result::Number,
};

const MANIFOLD: &[&str] = &["manifold-ae"];
const RECOGNIZED: &str = "share of the reconstructions, over the first 100 test images and 64 draws of \
    the noise for each, whose nearest image by squared error, among the first 2,000 training images, \
    has the digit's label (recognized)";

pub const CLAIMS: &[Claim] = &[
    Claim {
        id: "noise-structure",
        observation: "Random noise on the pixels breaks the structure of a digit.",
        statement: "The SSIM of a digit and the same digit with 0.5 N(0, 1) added is below 0.5, half of \
                    that of an image and itself.",
        measure: "structural similarity of image and noisy image, clipped to [0, 1] (SSIM), mean over \
                  the first ten test images",
        figure: "part-5-noisy-images",
        compared: Compared::inputs(&[arrays::FIRST_IMAGES, arrays::FIRST_IMAGES_NOISY]),
        numbers: |inputs| {
            let clean = inputs.run.input(arrays::FIRST_IMAGES, SAMPLE_COUNT)?;
            let noisy = inputs.run.input(arrays::FIRST_IMAGES_NOISY, SAMPLE_COUNT)?;
            let total: f64 = clean
                .iter()
                .zip(&noisy)
                .map(|(clean, noisy)| clean.similarity(noisy, 255.0))
                .sum();
            Ok(vec![Number::new("SSIM", total / SAMPLE_COUNT as f64)])
        },
        holds: |v| v[0] < 0.5,
    },
    Claim {
        id: "noise-contrast",
        observation: "Random noise adds high-contrast pixels, which raise the image's visual complexity.",
        statement: "The share of high-contrast pairs of pixels and the mean difference of such pairs are \
                    both at least twice as large in digits with 0.5 N(0, 1) added.",
        measure: "share of neighboring pixels, to the right or below, that differ by more than half of \
                  the range of pixels (high-contrast), and mean difference of neighboring pixels at 0-1 \
                  scale; over the first ten test images, noisy ones clipped to [0, 1]",
        figure: "part-5-noisy-images",
        compared: Compared::inputs(&[arrays::FIRST_IMAGES, arrays::FIRST_IMAGES_NOISY]),
        numbers: |inputs| {
            let clean = inputs.run.input(arrays::FIRST_IMAGES, SAMPLE_COUNT)?;
            let noisy = inputs.run.input(arrays::FIRST_IMAGES_NOISY, SAMPLE_COUNT)?;
            let [clean_share, clean_mean] = differences_of_neighbors(&clean, 255.0);
            let [noisy_share, noisy_mean] = differences_of_neighbors(&noisy, 1.0);
            Ok(vec![
                Number::new("high-contrast pairs, clean", clean_share),
                Number::new("high-contrast pairs, noisy", noisy_share),
                Number::new("mean difference, clean", clean_mean),
                Number::new("mean difference, noisy", noisy_mean),
            ])
        },
        holds: |v| v.chunks(2).all(|pair| pair[1] >= 2.0 * pair[0]),
    },
    Claim {
        id: "code-noise-error",
        observation: "Reconstructions get worse as the noise s on the code grows.",
        statement: "The error increases from each s that was measured to the next.",
        measure: "squared error summed over the 784 pixels at 0-1 scale, mean over the first 100 \
                  test images and 64 draws of the noise for each",
        figure: "part-5-code-noise",
        compared: Compared::living(MANIFOLD),
        numbers: |inputs| {
            let measured = &inputs.models[0].evaluation.measures.code_noise;
            let levels: Vec<f64> = measured.iter().map(|noise| noise.level).collect();
            inputs.code_noise(&levels, |noise| noise.sse)
        },
        holds: increases,
    },
    Claim {
        id: "code-noise-recognizable",
        observation: "Noise on the code leaves digits recognizable at low levels (s = 0.5 to 2), and \
                      distorts them from 5 on.",
        statement: "Of the share of reconstructions that is recognized without noise, at least 0.8 is \
                    left at s = 0.5 and at s = 2, and less at s = 5.",
        measure: RECOGNIZED,
        figure: "part-5-code-noise",
        compared: Compared::living(MANIFOLD),
        numbers: |inputs| inputs.code_noise(&[0.0, 0.5, 2.0, 5.0], |noise| noise.nn_accuracy),
        holds: |v| v[1] >= 0.8 * v[0] && v[2] >= 0.8 * v[0] && v[3] < 0.8 * v[0],
    },
    Claim {
        id: "code-noise-blur",
        observation: "At s = 5 edges and curves are blurred.",
        statement: "Neighboring pixels of the reconstructions correlate more at s = 5 than without noise.",
        measure: "correlation of neighboring pixels, to the right or below, within a reconstruction: \
                  larger where edges are blurred; mean over the first 100 test images, with one draw of \
                  the noise for each",
        figure: "part-5-code-noise",
        compared: Compared::living(MANIFOLD),
        numbers: |inputs| inputs.code_noise(&[0.0, 5.0], |noise| noise.neighbor_correlation),
        holds: increases,
    },
    Claim {
        id: "code-noise-random",
        observation: "Reconstructions with noise above s = 7 on the code look random.",
        statement: "At most 0.2 of the reconstructions are recognized at s = 8 and at s = 10, twice \
                    the share expected by chance.",
        measure: RECOGNIZED,
        figure: "part-5-code-noise",
        compared: Compared::living(MANIFOLD),
        numbers: |inputs| inputs.code_noise(&[8.0, 10.0], |noise| noise.nn_accuracy),
        holds: |v| v.iter().all(|&share| share <= 0.2),
    },
    Claim {
        id: "code-noise-variation",
        observation: "At s from 8 to 10 the outputs for one digit vary greatly.",
        statement: "The variation at s = 8 and at s = 10 is at least half of that between the \
                    images, which are different digits.",
        measure: "variance (n − 1) of a pixel at 0-1 scale over 64 draws of the noise, mean over \
                  the pixels and the first 100 test images; between the images: over the 100 \
                  images (n − 1), mean over the pixels",
        figure: "part-5-code-noise",
        compared: Compared::living(MANIFOLD),
        numbers: |inputs| {
            let mut numbers = inputs.code_noise(&[8.0, 10.0], |noise| noise.variance)?;
            let between = inputs.models[0].evaluation.measures.image_variance;
            numbers.push(Number::new("between the images", between));
            Ok(numbers)
        },
        holds: |v| v[0] >= v[2] / 2.0 && v[1] >= v[2] / 2.0,
    },
];
