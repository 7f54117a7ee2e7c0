//! What the notebook observed, as claims that a run can hold or refute.

mod claim;
mod inputs;
mod parts_1_and_2;
mod parts_3_and_4;
mod parts_5_and_6;
mod result;

pub use claim::Claim;
pub use result::{Judged, Verdict};

use crate::{Error, run::Run};

/// Tests every claim with every seed of a run.
///
/// # Errors
/// A file of the run folder that cannot be read or does not hold what it should.
pub fn judge(run: &Run) -> Result<Vec<Judged>, Error> {
    (1..)
        .zip(claims())
        .map(|(number, claim)| claim.judge(number, run))
        .collect()
}

fn claims() -> impl Iterator<Item = &'static Claim> {
    let parts = [
        parts_1_and_2::CLAIMS,
        parts_3_and_4::CLAIMS,
        parts_5_and_6::CLAIMS,
    ];
    parts.into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers of which a claim's statement is true, and others of which it is false.
    type Example = (&'static str, &'static [f64], &'static [f64]);

    const EXAMPLES: [Example; 23] = [
        ("deep-contrast", &[0.92, 0.91, 0.9], &[0.92, 0.89, 0.9]),
        ("deep-looks", &[0.8, 0.7, 0.6], &[0.5, 0.7, 0.6]),
        ("pca-error", &[14.0, 13.0, 12.0], &[14.0, 11.0, 12.0]),
        ("width-digits", &[8.0, 9.0, 4.0], &[9.0, 3.0, 4.0]),
        (
            "width-garments",
            &[80.0, 90.0, 70.0, 4.0],
            &[80.0, 90.0, 70.0, 36.0],
        ),
        (
            "random-fails",
            &[66.0, 70.0, 80.0, 65.0],
            &[66.0, 64.0, 80.0, 65.0],
        ),
        ("random-border", &[0.04, 0.01, 0.0], &[0.04, 0.01, 0.06]),
        ("filters", &[0.5, 0.8], &[0.3, 0.8]),
        ("sparsity-error", &[4.0, 63.0, 62.0], &[4.0, 63.0, 3.0]),
        ("sparsity-error-of-large", &[61.0, 62.0], &[63.0, 62.0]),
        ("sparsity-activity", &[0.1, 0.0, 0.01], &[0.1, 0.0, 0.2]),
        ("sparsity-activity-of-large", &[0.02, 0.01], &[0.01, 0.01]),
        ("standard-activity", &[0.95], &[0.94]),
        (
            "denoising-error",
            &[9.0, 8.0, 20.0, 15.0, 60.0, 30.0, 70.0, 40.0],
            &[9.0, 8.0, 20.0, 15.0, 60.0, 61.0, 70.0, 40.0],
        ),
        (
            "denoising-filters",
            &[0.5, 0.6, 0.6, 0.5, 0.8],
            &[0.5, 0.6, 0.6, 0.3, 0.8],
        ),
        ("noise-structure", &[0.49], &[0.51]),
        (
            "code-noise-error",
            &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0],
            &[1.0, 2.0, 3.0, 4.0, 5.0, 5.0, 7.0],
        ),
        (
            "code-noise-recognisable",
            &[0.5, 0.5, 0.4, 0.3],
            &[0.5, 0.5, 0.39, 0.3],
        ),
        ("code-noise-random", &[0.2, 0.1], &[0.3, 0.1]),
        (
            "code-noise-variation",
            &[0.04, 0.05, 0.06],
            &[0.02, 0.05, 0.06],
        ),
        (
            "decoder-weights",
            &[0.1, 0.1, 0.2, 0.3, 0.3, 0.4],
            &[0.1, 0.1, 0.2, 0.3, 0.5, 0.4],
        ),
        ("unpooling-error", &[4.0, 3.0, 8.0], &[4.0, 9.0, 8.0]),
        ("deconvolution-looks", &[0.8, 0.7, 0.9], &[0.8, 0.95, 0.9]),
    ];

    #[test]
    fn each_statement_is_true_of_some_numbers_and_false_of_others() {
        assert!(
            claims()
                .map(|claim| claim.id)
                .eq(EXAMPLES.map(|example| example.0))
        );
        for (claim, (id, holding, failing)) in claims().zip(EXAMPLES) {
            assert!((claim.holds)(holding), "{id}");
            assert!(!(claim.holds)(failing), "{id}");
        }
    }
}
