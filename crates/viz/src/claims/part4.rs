//! What the notebook observed in part 4: the denoising autoencoder.

use experiment::TEST_NOISE_LEVELS;

use super::{
    claim::{Claim, Compared},
    filters::{FILTER_CORRELATION, filters_and_digits},
};

pub const CLAIMS: &[Claim] = &[
    Claim {
        id: "denoising-error",
        observation: "On corrupted input the standard autoencoder's error is higher than that of \
                      the denoising one trained with noise 0.3.",
        statement: "standard-ae-256 has a higher error than denoising-ae-0.3 at each of the noise \
                    levels 0.3, 0.5, 0.8 and 0.9.",
        measure: "squared error against the clean image, summed over the 784 pixels at 0-1 scale, \
                  mean over the test images with Gaussian noise of that standard deviation",
        figure: "part-4-noise-matrix",
        compared: Compared::living(&["standard-ae-256", "denoising-ae-0.3"]),
        numbers: |inputs| {
            let mut numbers = Vec::new();
            for (index, level) in TEST_NOISE_LEVELS.iter().enumerate().skip(1) {
                let name = |id: &str| format!("{id} at {level}");
                numbers.extend(inputs.each_as(name, |e| e.measures.noisy_sse[index])?);
            }
            Ok(numbers)
        },
        holds: |v| v.chunks(2).all(|pair| pair[0] > pair[1]),
    },
    Claim {
        id: "denoising-filters",
        observation: "The encoder weights of the denoising models look like pen strokes.",
        statement: "Neighboring weights of the filters correlate more than half as much as \
                    neighboring pixels of digits in each of the four denoising models.",
        measure: FILTER_CORRELATION,
        figure: "part-4-weights-unit-0",
        compared: Compared::living(&[
            "denoising-ae-0.3",
            "denoising-ae-0.5",
            "denoising-ae-0.8",
            "denoising-ae-0.9",
        ]),
        numbers: filters_and_digits,
        holds: |v| v[..4].iter().all(|&correlation| correlation > v[4] / 2.0),
    },
];
