//! What the notebook observed in part 2: the standard autoencoder.

use super::{
    claim::{Claim, Compared, FILTER_CORRELATION, TEST_SSE, filters_and_digits},
    result::Number,
};

/// Error of a uniform image at the mean of the pixels, the best there is: 784 times the variance of
/// pixels uniform in 0 to 254, over 255.
const UNIFORM_GRAY: f64 = 784.0 * (255.0 * 255.0 - 1.0) / 12.0 / (255.0 * 255.0);

const STANDARD: &[&str] = &["standard-ae-64", "standard-ae-128", "standard-ae-256"];

pub const CLAIMS: &[Claim] = &[
    Claim {
        id: "width-digits",
        observation: "With 256 hidden units digits are reconstructed best.",
        statement: "standard-ae-256 has a lower error than standard-ae-128 and standard-ae-64.",
        measure: TEST_SSE,
        figure: "part-2-sample-5-corrected",
        compared: Compared::living(STANDARD),
        numbers: |inputs| inputs.each(|e| e.corrected.test.sse),
        holds: |v| v[2] < v[1] && v[2] < v[0],
    },
    Claim {
        id: "width-garments",
        observation: "On the garment, 256 units do better than 64 and 128, but struggle.",
        statement: "standard-ae-256 has the lowest error on garments, but at least twice its own \
                    error on digits.",
        measure: "squared error summed over the 784 pixels at 0-1 scale, mean over the \
                  Fashion-MNIST test set; of standard-ae-256 also over the MNIST test set",
        figure: "part-2-fashion-corrected",
        compared: Compared::living(STANDARD),
        numbers: |inputs| {
            let mut numbers = inputs.each(|e| e.measures.fashion_sse)?;
            let digits = inputs.each(|e| e.corrected.test.sse)?.remove(2).value;
            numbers.push(Number::new("standard-ae-256 on digits", digits));
            Ok(numbers)
        },
        holds: |v| v[2] < v[0] && v[2] < v[1] && v[2] >= 2.0 * v[3],
    },
    Claim {
        id: "random-fails",
        observation: "On the random image all three fail.",
        statement: "The error of each on random images is larger than 65.33, which is that of a \
                    uniform gray image in the middle of the pixels' range.",
        measure: "squared error summed over the 784 pixels at 0-1 scale, mean over 1,000 images of \
                  pixels uniform in 0 to 254, over 255; uniform gray: 784 times the variance of \
                  such pixels",
        figure: "part-2-random-corrected",
        compared: Compared::living(STANDARD),
        numbers: |inputs| {
            let mut numbers = inputs.each(|e| e.measures.random_sse)?;
            numbers.push(Number::new("uniform gray", UNIFORM_GRAY));
            Ok(numbers)
        },
        holds: |v| v[..3].iter().all(|&sse| sse > v[3]),
    },
    Claim {
        id: "random-border",
        observation: "The random image's border pixels come out dark, as they are in digits.",
        statement: "The border's mean in the reconstructions is below 0.05 for all three: a tenth of \
                    that of the random images themselves.",
        measure: "mean pixel at 0-1 scale in the outer frame, two pixels wide, of the \
                  reconstructions of 1,000 random images",
        figure: "part-2-random-corrected",
        compared: Compared::living(STANDARD),
        numbers: |inputs| inputs.each(|e| e.measures.random_border),
        holds: |v| v.iter().all(|&border| border < 0.05),
    },
    Claim {
        id: "filters",
        observation: "The filters show edges and strokes.",
        statement: "Neighboring weights of standard-ae-64's filters correlate more than half as much \
                    as neighboring pixels of digits; those of random weights do not.",
        measure: FILTER_CORRELATION,
        figure: "part-2-filters",
        compared: Compared::living(&["standard-ae-64"]),
        numbers: filters_and_digits,
        holds: |v| v[0] > v[1] / 2.0,
    },
];
