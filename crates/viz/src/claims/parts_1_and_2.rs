use super::{
    claim::{
        Claim, DeadModels, FILTER_CORRELATION, TEST_SSE, TEST_SSE_AND_NOTEBOOKS, filters_and_digits,
    },
    result::Number,
};

/// Error of a uniform image in the mean of the pixels, at best: 784 times the variance of pixels
/// uniform in 0 to 254, over 255.
const UNIFORM_GREY: f64 = 784.0 * (255.0 * 255.0 - 1.0) / 12.0 / (255.0 * 255.0);

const DEEP_AND_PCA: &[&str] = &["deep-ae-10", "deep-ae-20", "pca-30"];
const STANDARD: &[&str] = &["standard-ae-64", "standard-ae-128", "standard-ae-256"];

pub const CLAIMS: &[Claim] = &[
    Claim {
        id: "deep-contrast",
        part: 1,
        observation: "The autoencoder's images have more contrast than PCA's.",
        statement: "deep-ae-10 and deep-ae-20 both have a larger contrast than pca-30.",
        measure: "standard deviation of the pixels of a reconstruction over that of its image \
                  (contrast), mean over the test set",
        figure: "part-1-all-corrected",
        experiments: DEEP_AND_PCA,
        inputs: &[],
        dead: DeadModels::LeftOut,
        numbers: |case| case.each(|e| e.measures.contrast),
        holds: |v| v[0] > v[2] && v[1] > v[2],
    },
    Claim {
        id: "deep-looks",
        part: 1,
        observation: "The autoencoder's images look better than PCA's.",
        statement: "deep-ae-10 and deep-ae-20 both have a higher SSIM than pca-30.",
        measure: "structural similarity of image and reconstruction (SSIM), mean over the test set \
                  (corrected protocol)",
        figure: "part-1-all-corrected",
        experiments: DEEP_AND_PCA,
        inputs: &[],
        dead: DeadModels::LeftOut,
        numbers: |case| case.each(|e| e.corrected.test.ssim),
        holds: |v| v[0] > v[2] && v[1] > v[2],
    },
    Claim {
        id: "pca-error",
        part: 1,
        observation: "PCA has the slightly lower error.",
        statement: "pca-30 has a lower error than deep-ae-10 and than deep-ae-20.",
        measure: TEST_SSE_AND_NOTEBOOKS,
        figure: "part-1-all-corrected",
        experiments: DEEP_AND_PCA,
        inputs: &[],
        dead: DeadModels::LeftOut,
        numbers: |case| case.both_errors(),
        holds: |v| v[2] < v[0] && v[2] < v[1],
    },
    Claim {
        id: "width-digits",
        part: 2,
        observation: "With 256 hidden units digits are reconstructed best.",
        statement: "standard-ae-256 has a lower error than standard-ae-128 and standard-ae-64.",
        measure: TEST_SSE,
        figure: "part-2-sample-5-corrected",
        experiments: STANDARD,
        inputs: &[],
        dead: DeadModels::LeftOut,
        numbers: |case| case.each(|e| e.corrected.test.sse),
        holds: |v| v[2] < v[1] && v[2] < v[0],
    },
    Claim {
        id: "width-garments",
        part: 2,
        observation: "On the garment, 256 units do better than 64 and 128, but struggle.",
        statement: "standard-ae-256 has the lowest error on garments, but at least twice its own \
                    error on digits.",
        measure: "squared error summed over the 784 pixels at 0-1 scale, mean over the \
                  Fashion-MNIST test set; of standard-ae-256 also over the MNIST test set",
        figure: "part-2-fashion-corrected",
        experiments: STANDARD,
        inputs: &[],
        dead: DeadModels::LeftOut,
        numbers: |case| {
            let mut numbers = case.each(|e| e.measures.fashion_sse)?;
            let digits = case.each(|e| e.corrected.test.sse)?.remove(2).value;
            numbers.push(Number::new("standard-ae-256 on digits", digits));
            Ok(numbers)
        },
        holds: |v| v[2] < v[0] && v[2] < v[1] && v[2] >= 2.0 * v[3],
    },
    Claim {
        id: "random-fails",
        part: 2,
        observation: "On the random image all three fail.",
        statement: "The error of each on random images is larger than 65.33, which is that of a \
                    uniform grey image in the middle of the pixels' range.",
        measure: "squared error summed over the 784 pixels at 0-1 scale, mean over 1,000 images of \
                  pixels uniform in 0 to 254, over 255; uniform grey: 784 times the variance of \
                  such pixels",
        figure: "part-2-random-corrected",
        experiments: STANDARD,
        inputs: &[],
        dead: DeadModels::LeftOut,
        numbers: |case| {
            let mut numbers = case.each(|e| e.measures.random_sse)?;
            numbers.push(Number::new("uniform grey", UNIFORM_GREY));
            Ok(numbers)
        },
        holds: |v| v[..3].iter().all(|&sse| sse > v[3]),
    },
    Claim {
        id: "random-border",
        part: 2,
        observation: "The random image's border pixels come out dark, as they are in digits.",
        statement: "The border's mean in the reconstructions is below 0.05 for all three: a tenth of \
                    that of the random images themselves.",
        measure: "mean pixel at 0-1 scale in the outer frame, two pixels wide, of the \
                  reconstructions of 1,000 random images",
        figure: "part-2-random-corrected",
        experiments: STANDARD,
        inputs: &[],
        dead: DeadModels::LeftOut,
        numbers: |case| case.each(|e| e.measures.random_border),
        holds: |v| v.iter().all(|&border| border < 0.05),
    },
    Claim {
        id: "filters",
        part: 2,
        observation: "The filters show edges and strokes.",
        statement: "Neighbouring weights of standard-ae-64's filters correlate more than half as much \
                    as neighbouring pixels of digits; those of random weights do not.",
        measure: FILTER_CORRELATION,
        figure: "part-2-filters",
        experiments: &["standard-ae-64"],
        inputs: &[],
        dead: DeadModels::LeftOut,
        numbers: filters_and_digits,
        holds: |v| v[0] > v[1] / 2.0,
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_statement_names_the_error_of_a_uniform_grey_image() {
        let pixels = (0..255).map(|level| f64::from(level) / 255.0);
        let mean = pixels.clone().sum::<f64>() / 255.0;
        let variance = pixels.map(|pixel| (pixel - mean).powi(2)).sum::<f64>() / 255.0;
        assert!((UNIFORM_GREY - 784.0 * variance).abs() < 1e-9);
        let claim = CLAIMS.iter().find(|claim| claim.id == "random-fails");
        assert!(
            claim
                .unwrap()
                .statement
                .contains(&format!("{UNIFORM_GREY:.2}"))
        );
    }
}
