use experiment::TEST_NOISE_LEVELS;

use super::{
    claim::{Claim, DeadModels, FILTER_CORRELATION, TEST_SSE, filters_and_digits, increases},
    result::Number,
};

const SPARSE: &[&str] = &["sparse-ae-1e-6", "sparse-ae-1e-5", "sparse-ae-1e-4"];
const LARGE_SPARSITY: &[&str] = &["sparse-ae-1e-5", "sparse-ae-1e-4"];
const ACTIVITY: &str = "share of the hidden units that are above zero for an image (activity), mean \
    over the test set";

pub const CLAIMS: &[Claim] = &[
    Claim {
        id: "sparsity-error",
        part: 3,
        observation: "A smaller sparsity weight gives a smaller error: the smallest of the three.",
        statement: "The error with the weight 1e-6 is below those with 1e-5 and 1e-4.",
        measure: TEST_SSE,
        figure: "part-3-samples-corrected",
        experiments: SPARSE,
        inputs: &[],
        dead: DeadModels::Count,
        numbers: |case| case.each(|e| e.corrected.test.sse),
        holds: |v| v[0] < v[1] && v[0] < v[2],
    },
    Claim {
        id: "sparsity-error-of-large",
        part: 3,
        observation: "A smaller sparsity weight gives a smaller error: of the two large ones.",
        statement: "The error with the weight 1e-5 is below that with 1e-4.",
        measure: TEST_SSE,
        figure: "part-3-samples-corrected",
        experiments: LARGE_SPARSITY,
        inputs: &[],
        dead: DeadModels::LeftOut,
        numbers: |case| case.each(|e| e.corrected.test.sse),
        holds: increases,
    },
    Claim {
        id: "sparsity-activity",
        part: 3,
        observation: "A smaller sparsity weight activates more neurons: the smallest of the three.",
        statement: "The activity with the weight 1e-6 is above those with 1e-5 and 1e-4.",
        measure: ACTIVITY,
        figure: "part-3-activations-corrected",
        experiments: SPARSE,
        inputs: &[],
        dead: DeadModels::Count,
        numbers: |case| case.each(|e| e.measures.activity),
        holds: |v| v[0] > v[1] && v[0] > v[2],
    },
    Claim {
        id: "sparsity-activity-of-large",
        part: 3,
        observation: "A smaller sparsity weight activates more neurons: of the two large ones.",
        statement: "The activity with the weight 1e-5 is above that with 1e-4.",
        measure: ACTIVITY,
        figure: "part-3-activations-corrected",
        experiments: LARGE_SPARSITY,
        inputs: &[],
        dead: DeadModels::LeftOut,
        numbers: |case| case.each(|e| e.measures.activity),
        holds: |v| v[0] > v[1],
    },
    Claim {
        id: "standard-activity",
        part: 3,
        observation: "In the standard autoencoder all neurons are activated.",
        statement: "The activity of standard-ae-256 is at least 0.95: all but one in twenty.",
        measure: ACTIVITY,
        figure: "part-3-activations-corrected",
        experiments: &["standard-ae-256"],
        inputs: &[],
        dead: DeadModels::Count,
        numbers: |case| case.each(|e| e.measures.activity),
        holds: |v| v[0] >= 0.95,
    },
    Claim {
        id: "denoising-error",
        part: 4,
        observation: "On corrupted input the standard autoencoder's error is higher than that of \
                      the denoising one trained with noise 0.3.",
        statement: "standard-ae-256 has a higher error than denoising-ae-0.3 at each of the noise \
                    levels 0.3, 0.5, 0.8 and 0.9.",
        measure: "squared error against the clean image, summed over the 784 pixels at 0-1 scale, \
                  mean over the 10,000 test images with Gaussian noise of that standard deviation",
        figure: "part-4-noise-matrix",
        experiments: &["standard-ae-256", "denoising-ae-0.3"],
        inputs: &[],
        dead: DeadModels::LeftOut,
        numbers: |case| {
            let mut numbers = Vec::new();
            for (index, level) in TEST_NOISE_LEVELS.iter().enumerate().skip(1) {
                for number in case.each(|e| e.measures.noisy_sse[index])? {
                    let name = format!("{} at {level}", number.name);
                    numbers.push(Number::new(name, number.value));
                }
            }
            Ok(numbers)
        },
        holds: |v| v.chunks(2).all(|pair| pair[0] > pair[1]),
    },
    Claim {
        id: "denoising-filters",
        part: 4,
        observation: "The encoder weights of the denoising models look like pen strokes.",
        statement: "Neighbouring weights of the filters correlate more than half as much as \
                    neighbouring pixels of digits in each of the four denoising models.",
        measure: FILTER_CORRELATION,
        figure: "part-4-weights-unit-0",
        experiments: &[
            "denoising-ae-0.3",
            "denoising-ae-0.5",
            "denoising-ae-0.8",
            "denoising-ae-0.9",
        ],
        inputs: &[],
        dead: DeadModels::LeftOut,
        numbers: filters_and_digits,
        holds: |v| v[..4].iter().all(|&correlation| correlation > v[4] / 2.0),
    },
];
