//! What the notebook observed in part 2: the standard autoencoder.

use experiment::arrays;

use super::{
    claim::{Claim, Compared, TEST_SSE},
    filters::{
        FILTER_CORRELATION, FILTER_SIMILARITY, filters_and_digits, similarity_of_filters,
        specific_units,
    },
    inputs::{ClaimInputs, NoNumbers, lacking},
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
    Claim {
        id: "filters-vary",
        observation: "The filters vary among each other.",
        statement: "Two of standard-ae-64's filters are on average less similar than two digits are.",
        measure: FILTER_SIMILARITY,
        figure: "part-2-filters",
        compared: Compared::living(&["standard-ae-64"]).with_inputs(&[arrays::FIRST_IMAGES]),
        numbers: similarity_of_filters,
        holds: |v| v[0] < v[1],
    },
    Claim {
        id: "filters-digits",
        observation: "The filters show features that are specific to some digits.",
        statement: "At least a tenth of standard-ae-64's hidden units respond to one digit at least \
                    twice as strongly as to all ten on average.",
        measure: "share of the hidden units, dead ones left out, whose mean activation over the images \
                  of one digit is at least twice the mean of the ten such means; over the first 2,000 \
                  test images",
        figure: "part-2-filters",
        compared: Compared::living(&["standard-ae-64"]),
        numbers: specific_units,
        holds: |v| v[0] >= 0.1,
    },
    Claim::not_testable(
        "filters-loops",
        "The filters show structure such as loops.",
        "no measure tells a loop in the shades of a filter from any other shape: their number \
         depends on the threshold above which a weight counts as drawn",
        "part-2-filters",
    ),
    Claim::not_testable(
        "layers",
        "Lower layers learn edges, and higher ones learn digits.",
        "these models have one hidden layer",
        "part-2-filters",
    ),
    Claim {
        id: "robust-noise",
        observation: "The models are robust against noise.",
        statement: "The error of each of the three on images with noise 0.3 is at most twice that on \
                    images without noise.",
        measure: "squared error against the clean image, summed over the 784 pixels at 0-1 scale, \
                  mean over the test images with Gaussian noise of that standard deviation",
        figure: "part-4-noise-matrix",
        compared: Compared::living(STANDARD),
        numbers: |inputs| {
            let mut numbers =
                inputs.each_as(|id| format!("{id} at 0"), |e| e.measures.noisy_sse[0])?;
            let noisy = inputs.each_as(|id| format!("{id} at 0.3"), |e| e.measures.noisy_sse[1])?;
            numbers.extend(noisy);
            Ok(numbers)
        },
        holds: |v| (0..3).all(|model| v[3 + model] <= 2.0 * v[model]),
    },
    Claim {
        id: "robust-handwriting",
        observation: "The models are robust against different handwriting.",
        statement: "The error of each of the three on test images, whose writers wrote none of the \
                    training images, is at most 1.1 times that on training images.",
        measure: "squared error summed over the 784 pixels at 0-1 scale, mean over the first 10,000 \
                  training images, and over the test images",
        figure: "part-2-sample-5-corrected",
        compared: Compared::living(STANDARD),
        numbers: |inputs| {
            let name = |id: &str| format!("{id} on training images");
            let mut numbers = inputs.each_as(name, |e| e.measures.train_sse)?;
            let name = |id: &str| format!("{id} on test images");
            numbers.extend(inputs.each_as(name, |e| e.corrected.test.sse)?);
            Ok(numbers)
        },
        holds: |v| (0..3).all(|model| v[3 + model] <= 1.1 * v[model]),
    },
    Claim {
        id: "efficient",
        observation: "The models represent the digits efficiently.",
        statement: "The error of each of the three is at most that of PCA with as many components as \
                    it has hidden units.",
        measure: TEST_SSE,
        figure: "part-2-filters",
        compared: Compared::living(&[
            "standard-ae-64",
            "standard-ae-128",
            "standard-ae-256",
            "pca-30",
        ]),
        numbers: errors_and_those_of_pca,
        holds: |v| (0..3).all(|model| v[model] <= v[3 + model]),
    },
];

/// The test errors of all models but the last, which is PCA, and then those of PCA with as many
/// components.
fn errors_and_those_of_pca(inputs: &ClaimInputs) -> Result<Vec<Number>, NoNumbers> {
    let mut numbers = inputs.each(|e| e.corrected.test.sse)?;
    numbers.pop();
    let Some((pca, models)) = inputs.models.split_last() else {
        return Ok(numbers);
    };
    if !pca.has_array(arrays::SSE_BY_COMPONENTS) {
        return Err(lacking(pca, "errors by components"));
    }
    let errors = pca.values(arrays::SSE_BY_COMPONENTS)?;
    for model in models {
        let size = model.settings.method.code_size();
        let error = errors.get(size.wrapping_sub(1));
        let error = *error.ok_or_else(|| lacking(pca, "error of so many components"))?;
        numbers.push(Number::new(format!("PCA of {size}"), error));
    }
    Ok(numbers)
}
