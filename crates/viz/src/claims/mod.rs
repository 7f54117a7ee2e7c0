//! What the notebook observed, as claims that a run can hold or refute.

mod case;
mod judged;
mod parts_1_and_2;
mod parts_3_and_4;
mod parts_5_and_6;
mod table;

pub use case::Case;
pub use judged::{Judged, Number, SeedResult, Verdict};
pub use table::{conclusions, section};

use std::collections::BTreeSet;

use crate::{Error, run::Run};

/// An observation of the notebook as something that can be measured.
struct Claim {
    /// Its anchor in the report, and its name in `claims.json`.
    id: &'static str,
    part: u8,
    /// What the notebook says, in our words.
    observation: &'static str,
    /// What must be true of the numbers.
    statement: &'static str,
    /// What the numbers are.
    measure: &'static str,
    /// The figure that shows it.
    figure: &'static str,
    /// The experiments that are compared.
    experiments: &'static [&'static str],
    /// The arrays of `inputs/` that are needed besides.
    inputs: &'static [&'static str],
    dead: DeadModels,
    /// The numbers, of one seed.
    numbers: fn(&Case) -> Result<Vec<Number>, Error>,
    /// Whether the statement is true of them.
    holds: fn(&[f64]) -> bool,
}

/// What a test-set error is, in words.
const TEST_SSE: &str = "squared error summed over the 784 pixels at 0-1 scale, mean over the \
    10,000 test images (corrected protocol)";

/// What the numbers of [`Case::both_errors`] are, in words.
const TEST_SSE_AND_NOTEBOOKS: &str = "squared error summed over the 784 pixels at 0-1 scale, mean \
    over the 10,000 test images (corrected protocol); beside it, and not tested, the mean error of \
    the ten samples as the notebook evaluates (assignment protocol)";

/// What the numbers of [`filters_and_digits`] are, in words.
const FILTER_CORRELATION: &str = "correlation of weights that are neighbours, to the right or below, \
    within an encoder filter of 28 x 28, mean over the first 64 filters; filters of dead hidden \
    units and pixels that no training image lights do not count, since no image changes these \
    weights; digits: the same of the first 1,000 test images";

/// What a model does to a claim if its output is constant.
#[derive(Clone, Copy, PartialEq)]
enum DeadModels {
    /// Its seed decides nothing: the reconstructions of a dead model say nothing of its kind.
    LeftOut,
    /// It counts like any other, since the claim is about what dies.
    Count,
}

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

impl Claim {
    fn judge(&self, number: usize, run: &Run) -> Result<Judged, Error> {
        let mut seeds = Vec::new();
        for case in Case::all(run, self.experiments) {
            if self.inputs.iter().any(|name| !run.has_input(name)) {
                continue;
            }
            let numbers = (self.numbers)(&case)?;
            let values: Vec<f64> = numbers.iter().map(|number| number.value).collect();
            let dead = case.dead();
            let decides = dead.is_empty() || self.dead == DeadModels::Count;
            seeds.push(SeedResult {
                seed: case.seed,
                holds: decides.then(|| (self.holds)(&values)),
                dead,
                numbers,
            });
        }
        let verdict = Verdict::over(&seeds);
        Ok(Judged {
            number,
            id: self.id,
            part: self.part,
            observation: self.observation,
            statement: self.statement,
            measure: self.measure,
            figure: self.figure,
            experiments: self.experiments,
            inputs: self.inputs,
            verdict,
            explanation: self.explanation(run, verdict, &seeds),
            of_seeds: Case::seeds(run, self.experiments).max(seeds.len()),
            seeds,
        })
    }

    /// Why the verdict is what it is, and what was left out; empty where that needs no words.
    fn explanation(&self, run: &Run, verdict: Verdict, seeds: &[SeedResult]) -> String {
        if verdict == Verdict::NotTested {
            return self.missing(run);
        }
        let mut sentences = Vec::new();
        let having = |holds| seeds.iter().filter(move |seed| seed.holds == Some(holds));
        if having(true).count() > 0 && having(false).count() > 0 {
            let (holding, failing) = (judged::name(having(true)), judged::name(having(false)));
            sentences.push(format!("true with {holding}, false with {failing}"));
        }
        let of_dead = seeds.iter().map(|seed| &seed.dead);
        let dead: BTreeSet<_> = of_dead.filter(|dead| !dead.is_empty()).collect();
        for dead in dead {
            let with = judged::name(seeds.iter().filter(|seed| seed.dead == *dead));
            let mut dead = dead.join(", ");
            if seeds.len() > 1 {
                dead = format!("{dead} with {with}");
            }
            sentences.push(match self.dead {
                DeadModels::LeftOut => format!("left out as dead (constant output): {dead}"),
                DeadModels::Count => {
                    format!("{dead}: dead (constant output); the order of dead models says nothing")
                }
            });
        }
        sentences.extend(Case::incomplete(run, self.experiments));
        sentences.join("; ")
    }

    /// What a test would need.
    fn missing(&self, run: &Run) -> String {
        let mut missing = run.absent(self.experiments.iter().copied());
        let inputs = self.inputs.iter().filter(|name| !run.has_input(name));
        missing.extend(inputs.map(|name| format!("inputs/{name}.idx")));
        match missing.as_slice() {
            [] => format!("no seed has all of {}", self.experiments.join(", ")),
            [one] => format!("{one} is missing"),
            several => format!("{} are missing", several.join(", ")),
        }
    }
}

/// Whether each number is larger than the one before it.
fn increases(values: &[f64]) -> bool {
    values.windows(2).all(|pair| pair[0] < pair[1])
}

/// The correlation within the filters of each model, then that within digits.
fn filters_and_digits(case: &Case) -> Result<Vec<Number>, Error> {
    let mut numbers = case.each(|e| e.measures.filter_correlation)?;
    let digits = case.models[0].evaluation.measures.image_correlation;
    numbers.push(Number::new("digits", digits));
    Ok(numbers)
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
