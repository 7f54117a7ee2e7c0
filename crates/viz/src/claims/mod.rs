//! What the notebook observed, as claims that a run confirms or refutes. A claim is data: an entry
//! in the file of its part.

mod claim;
mod inputs;
mod part1;
mod part2;
mod part3;
mod part4;
mod part5;
mod part6;
mod result;

use claim::Claim;
pub use result::{ClaimResult, Verdict};

use crate::{error::Error, run::Run};

/// Tests every claim with every seed of a run.
///
/// # Errors
/// A file of the run folder that cannot be read or does not hold what it should.
pub fn test(run: &Run) -> Result<Vec<ClaimResult>, Error> {
    (1..)
        .zip(claims())
        .map(|(number, (part, claim))| claim.test(number, part, run))
        .collect()
}

/// All claims in order, each with the part of the assignment that it belongs to.
fn claims() -> impl Iterator<Item = (u8, &'static Claim)> {
    let parts = [
        part1::CLAIMS,
        part2::CLAIMS,
        part3::CLAIMS,
        part4::CLAIMS,
        part5::CLAIMS,
        part6::CLAIMS,
    ];
    (1..)
        .zip(parts)
        .flat_map(|(part, claims)| claims.iter().map(move |claim| (part, claim)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers of which a claim's statement is true, and others of which it is false.
    type Example = (&'static str, &'static [f64], &'static [f64]);

    const EXAMPLES: &[Example] = &[
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
            "code-noise-recognizable",
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
        let ids = claims().map(|(_, claim)| claim.id);
        assert!(ids.eq(EXAMPLES.iter().map(|example| example.0)));
        for ((_, claim), (id, holding, failing)) in claims().zip(EXAMPLES) {
            assert!((claim.holds)(holding), "{id}");
            assert!(!(claim.holds)(failing), "{id}");
        }
    }
}
