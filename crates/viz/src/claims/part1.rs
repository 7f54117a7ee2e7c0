//! What the notebook observed in part 1: PCA and a deep autoencoder.

use super::claim::{Claim, Compared, TEST_SSE_AND_NOTEBOOKS};

const DEEP_AND_PCA: &[&str] = &["deep-ae-10", "deep-ae-20", "pca-30"];

pub const CLAIMS: &[Claim] = &[
    Claim {
        id: "deep-contrast",
        observation: "The autoencoder's images have more contrast than PCA's.",
        statement: "deep-ae-10 and deep-ae-20 both have a larger contrast than pca-30.",
        measure: "standard deviation of the pixels of a reconstruction over that of its image \
                  (contrast), mean over the test set",
        figure: "part-1-all-corrected",
        compared: Compared::living(DEEP_AND_PCA),
        numbers: |inputs| inputs.each(|e| e.measures.contrast),
        holds: |v| v[0] > v[2] && v[1] > v[2],
    },
    Claim {
        id: "deep-looks",
        observation: "The autoencoder's images look better than PCA's.",
        statement: "deep-ae-10 and deep-ae-20 both have a higher SSIM than pca-30.",
        measure: "structural similarity of image and reconstruction (SSIM), mean over the test set \
                  (corrected protocol)",
        figure: "part-1-all-corrected",
        compared: Compared::living(DEEP_AND_PCA),
        numbers: |inputs| inputs.each(|e| e.corrected.test.ssim),
        holds: |v| v[0] > v[2] && v[1] > v[2],
    },
    Claim {
        id: "pca-error",
        observation: "PCA has the slightly lower error.",
        statement: "pca-30 has a lower error than deep-ae-10 and than deep-ae-20.",
        measure: TEST_SSE_AND_NOTEBOOKS,
        figure: "part-1-all-corrected",
        compared: Compared::living(DEEP_AND_PCA),
        numbers: |inputs| inputs.both_errors(),
        holds: |v| v[2] < v[0] && v[2] < v[1],
    },
];
