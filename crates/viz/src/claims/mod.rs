//! What the notebook observed, as claims that a run confirms or refutes. A claim is data: an entry
//! in the file of its part.

mod claim;
mod filters;
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

/// Tests every claim with every seed of a run; none where all models were trained for other epochs or
/// on other images than the assignment asks.
///
/// # Errors
/// A file of the run folder that cannot be read or does not hold what it should.
pub fn test(run: &Run) -> Result<Vec<ClaimResult>, Error> {
    if !run.of_assignment || run.is_of_other_length() {
        return Ok(Vec::new());
    }
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

    /// Numbers of which a claim's statement is true, and the index and the value of a number that
    /// makes it false.
    type Example = (&'static str, &'static [f64], usize, f64);

    const EXAMPLES: &[Example] = &[
        ("deep-contrast", &[0.92, 0.91, 0.9], 1, 0.89),
        ("deep-looks", &[0.8, 0.7, 0.6], 0, 0.5),
        ("pca-error", &[14.0, 13.0, 12.0], 1, 11.0),
        ("width-digits", &[8.0, 9.0, 4.0], 1, 3.0),
        ("width-garments", &[80.0, 90.0, 70.0, 4.0], 3, 36.0),
        ("random-fails", &[66.0, 70.0, 80.0, 65.0], 1, 64.0),
        ("random-border", &[0.04, 0.01, 0.0], 2, 0.06),
        ("filters", &[0.5, 0.8], 0, 0.3),
        ("filters-vary", &[0.1, 0.2], 0, 0.3),
        ("filters-digits", &[0.1], 0, 0.09),
        ("robust-noise", &[9.0, 8.0, 4.0, 18.0, 15.0, 8.0], 5, 8.1),
        (
            "robust-handwriting",
            &[9.0, 8.0, 4.0, 9.1, 8.1, 4.1],
            3,
            10.0,
        ),
        ("efficient", &[7.0, 3.0, 1.0, 7.1, 3.1, 1.1], 1, 3.2),
        ("sparsity-error", &[4.0, 63.0, 62.0], 2, 3.0),
        ("sparsity-error-of-large", &[61.0, 62.0], 0, 63.0),
        ("sparsity-activity", &[0.1, 0.0, 0.01], 2, 0.2),
        ("sparsity-activity-of-large", &[0.02, 0.01], 0, 0.01),
        ("standard-activity", &[0.95], 0, 0.94),
        ("sparsity-overfits", &[3.5, 3.6, 2.0, 2.5, 1.9, 2.6], 5, 2.4),
        ("sparse-filters", &[0.3, 0.8], 0, 0.5),
        (
            "denoising-error",
            &[9.0, 8.0, 20.0, 15.0, 60.0, 30.0, 70.0, 40.0],
            5,
            61.0,
        ),
        ("denoising-filters", &[0.5, 0.6, 0.6, 0.5, 0.8], 3, 0.3),
        ("noise-structure", &[0.49], 0, 0.51),
        ("noise-contrast", &[0.1, 0.2, 0.05, 0.2], 3, 0.09),
        (
            "code-noise-error",
            &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0],
            5,
            5.0,
        ),
        ("code-noise-recognizable", &[0.5, 0.5, 0.4, 0.3], 2, 0.39),
        ("code-noise-blur", &[0.8, 0.85], 1, 0.75),
        ("code-noise-random", &[0.2, 0.1], 0, 0.3),
        ("code-noise-variation", &[0.04, 0.05, 0.06], 0, 0.02),
        ("decoder-weights", &[0.1, 0.1, 0.2, 0.3, 0.3, 0.4], 4, 0.5),
        ("unpooling-error", &[4.0, 3.0, 8.0], 1, 9.0),
        ("deconvolution-looks", &[0.8, 0.7, 0.9], 1, 0.95),
    ];

    #[test]
    fn each_statement_is_true_of_some_numbers_and_false_of_others() {
        let testable = || claims().filter(|(_, claim)| claim.compared.untestable.is_none());
        let ids = testable().map(|(_, claim)| claim.id);
        assert!(ids.eq(EXAMPLES.iter().map(|example| example.0)));
        for ((_, claim), &(id, numbers, index, failing)) in testable().zip(EXAMPLES) {
            let mut numbers = numbers.to_vec();
            assert!((claim.holds)(&numbers), "{id}");
            numbers[index] = failing;
            assert!(!(claim.holds)(&numbers), "{id}");
        }
    }
}
