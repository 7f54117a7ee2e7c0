use experiment::{CODE_NOISE_MEASURED, SAMPLES, arrays};

use super::{
    claim::{Claim, DeadModels, TEST_SSE_AND_NOTEBOOKS, increases},
    result::Number,
};

const CONVOLUTIONAL: &[&str] = &["conv-ae-unpool", "conv-ae-deconv-unpool", "conv-ae-deconv"];
const MANIFOLD: &[&str] = &["manifold-ae"];
const RECOGNISED: &str = "share of the reconstructions, over the first 100 test images and 64 draws of \
    the noise for each, whose nearest image by squared error, among the first 2,000 training \
    images, has the digit's label (recognised)";

pub const CLAIMS: &[Claim] = &[
    Claim {
        id: "noise-structure",
        part: 5,
        observation: "Random noise on the pixels breaks the structure of a digit.",
        statement: "The SSIM of a digit and the same digit with 0.5 N(0, 1) added is below 0.5: half of that \
                    of an image and itself.",
        measure: "structural similarity of image and noisy image, clipped to [0, 1] (SSIM), mean over \
                  the first ten test images",
        figure: "part-5-noisy-images",
        experiments: &[],
        inputs: &[arrays::FIRST_IMAGES, arrays::FIRST_IMAGES_NOISY],
        dead: DeadModels::Count,
        numbers: |case| {
            let clean = case.run.input(arrays::FIRST_IMAGES, SAMPLES)?;
            let noisy = case.run.input(arrays::FIRST_IMAGES_NOISY, SAMPLES)?;
            let pairs = clean.iter().zip(&noisy);
            let total: f64 = pairs
                .map(|(clean, noisy)| clean.similarity(noisy, 255.0))
                .sum();
            Ok(vec![Number::new("SSIM", total / SAMPLES as f64)])
        },
        holds: |v| v[0] < 0.5,
    },
    Claim {
        id: "code-noise-error",
        part: 5,
        observation: "Reconstructions get worse as the noise s on the code grows.",
        statement: "The error increases from each s to the next: 0, 0.5, 2, 5, 7, 8, 10.",
        measure: "squared error summed over the 784 pixels at 0-1 scale, mean over the first 100 \
                  test images and 64 draws of the noise for each",
        figure: "part-5-code-noise",
        experiments: MANIFOLD,
        inputs: &[],
        dead: DeadModels::LeftOut,
        numbers: |case| case.code_noise(&CODE_NOISE_MEASURED, |noise| noise.sse),
        holds: increases,
    },
    Claim {
        id: "code-noise-recognisable",
        part: 5,
        observation: "Noise on the code leaves digits recognisable at low levels (s = 0.5 to 2), and \
                      distorts them from 5 on.",
        statement: "Of the share of reconstructions that is recognised without noise, at least 0.8 is \
                    left at s = 0.5 and at s = 2, and less at s = 5.",
        measure: RECOGNISED,
        figure: "part-5-code-noise",
        experiments: MANIFOLD,
        inputs: &[],
        dead: DeadModels::LeftOut,
        numbers: |case| case.code_noise(&[0.0, 0.5, 2.0, 5.0], |noise| noise.recognised),
        holds: |v| v[1] >= 0.8 * v[0] && v[2] >= 0.8 * v[0] && v[3] < 0.8 * v[0],
    },
    Claim {
        id: "code-noise-random",
        part: 5,
        observation: "Reconstructions with noise above s = 7 on the code look random.",
        statement: "At most 0.2 of the reconstructions are recognised at s = 8 and at s = 10; \
                    twice what \
                    chance gives.",
        measure: RECOGNISED,
        figure: "part-5-code-noise",
        experiments: MANIFOLD,
        inputs: &[],
        dead: DeadModels::LeftOut,
        numbers: |case| case.code_noise(&[8.0, 10.0], |noise| noise.recognised),
        holds: |v| v.iter().all(|&share| share <= 0.2),
    },
    Claim {
        id: "code-noise-variation",
        part: 5,
        observation: "At s from 8 to 10 the outputs for one digit vary greatly.",
        statement: "The variation at s = 8 and at s = 10 is at least half of that between the \
                    images, which are different digits.",
        measure: "variance (n − 1) of a pixel at 0-1 scale over 64 draws of the noise, mean over \
                  the pixels and the first 100 test images; between the images: over the 100 \
                  images (n − 1), mean over the pixels",
        figure: "part-5-code-noise",
        experiments: MANIFOLD,
        inputs: &[],
        dead: DeadModels::LeftOut,
        numbers: |case| {
            let mut numbers = case.code_noise(&[8.0, 10.0], |noise| noise.variance)?;
            let between = case.models[0].evaluation.measures.image_variance;
            numbers.push(Number::new("between the images", between));
            Ok(numbers)
        },
        holds: |v| v[0] >= v[2] / 2.0 && v[1] >= v[2] / 2.0,
    },
    Claim {
        id: "decoder-weights",
        part: 6,
        observation: "The decoder weights of the two models that unpool are smaller than those of \
                      pure deconvolution.",
        statement: "In each of the last two layers of the decoder, which all three have, the weights \
                    of conv-ae-unpool and conv-ae-deconv-unpool are smaller than those of \
                    conv-ae-deconv.",
        measure: "root of the mean square of a layer's weights, biases left out",
        figure: "part-6-conv-ae-deconv-layer-3",
        experiments: CONVOLUTIONAL,
        inputs: &[],
        dead: DeadModels::LeftOut,
        numbers: |case| {
            let mut numbers = Vec::new();
            for (from_the_end, layer) in [(1, 2), (0, 3)] {
                for number in case.each(|e| {
                    e.measures
                        .decoder_weights
                        .iter()
                        .nth_back(from_the_end)
                        .copied()
                })? {
                    let name = format!("{}, layer {layer}", number.name);
                    numbers.push(Number::new(name, number.value));
                }
            }
            Ok(numbers)
        },
        holds: |v| {
            v.chunks(3)
                .all(|layer| layer[0] < layer[2] && layer[1] < layer[2])
        },
    },
    Claim {
        id: "unpooling-error",
        part: 6,
        observation: "By error, unpooling and deconvolution with unpooling do better.",
        statement: "conv-ae-unpool and conv-ae-deconv-unpool both have a lower error than \
                    conv-ae-deconv. Besides the code, unpooling is told where each maximum \
                    stood.",
        measure: TEST_SSE_AND_NOTEBOOKS,
        figure: "part-6-samples-corrected",
        experiments: CONVOLUTIONAL,
        inputs: &[],
        dead: DeadModels::LeftOut,
        numbers: |case| case.both_errors(),
        holds: |v| v[0] < v[2] && v[1] < v[2],
    },
    Claim {
        id: "deconvolution-looks",
        part: 6,
        observation: "Pure deconvolution gives the more appealing images.",
        statement: "conv-ae-deconv has a higher SSIM than conv-ae-unpool and \
                    conv-ae-deconv-unpool.",
        measure: "structural similarity of image and reconstruction (SSIM), mean over the test set \
                  (corrected protocol)",
        figure: "part-6-samples-corrected",
        experiments: CONVOLUTIONAL,
        inputs: &[],
        dead: DeadModels::LeftOut,
        numbers: |case| case.each(|e| e.corrected.test.ssim),
        holds: |v| v[2] > v[0] && v[2] > v[1],
    },
];
