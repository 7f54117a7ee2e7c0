//! A claim: an observation of the notebook as a statement about numbers, and how it is tested.

use std::collections::BTreeSet;

use super::{
    inputs::{ClaimInputs, count_seeds, incomplete_seeds},
    result::{ClaimResult, Number, SeedVerdict, Verdict, name_seeds},
};
use crate::{
    error::Error,
    run::{Run, Source},
};

/// An observation of the notebook as a statement about numbers.
pub struct Claim {
    /// The name in `claims.json`; in the report, the anchor is `claim-ID`.
    pub id: &'static str,
    /// What the notebook says, reworded.
    pub observation: &'static str,
    /// What must be true of the numbers.
    pub statement: &'static str,
    /// What the numbers are.
    pub measure: &'static str,
    /// The figure that shows it.
    pub figure: &'static str,
    /// What is compared.
    pub compared: Compared,
    /// Computes the numbers for one seed.
    pub numbers: fn(&ClaimInputs) -> Result<Vec<Number>, Error>,
    /// Whether the statement is true of these numbers.
    pub holds: fn(&[f64]) -> bool,
}

/// What a claim compares.
pub struct Compared {
    pub experiments: &'static [&'static str],
    pub input_arrays: &'static [&'static str],
    /// Whether a seed counts if one of its models has a constant output.
    dead_count: bool,
}

impl Compared {
    /// Experiments. A seed with a dead model decides nothing: the reconstructions of such a model
    /// say nothing about its kind.
    pub const fn living(experiments: &'static [&'static str]) -> Self {
        Compared {
            experiments,
            input_arrays: &[],
            dead_count: false,
        }
    }

    /// Experiments whose dead models count like any other, since the claim is about what kills them.
    pub const fn living_or_dead(experiments: &'static [&'static str]) -> Self {
        Compared {
            dead_count: true,
            ..Compared::living(experiments)
        }
    }

    /// Arrays of `inputs/`, and no experiment.
    pub const fn inputs(input_arrays: &'static [&'static str]) -> Self {
        Compared {
            input_arrays,
            ..Compared::living(&[])
        }
    }
}

/// The measure of a test-set error.
pub const TEST_SSE: &str = "squared error summed over the 784 pixels at 0-1 scale, mean over the \
    test images (corrected protocol)";

/// The measure of [`ClaimInputs::both_errors`].
pub const TEST_SSE_AND_NOTEBOOKS: &str = "squared error summed over the 784 pixels at 0-1 scale, mean \
    over the test images (corrected protocol); also shown, but not tested, the mean error of \
    the ten samples as the notebook evaluates (assignment protocol)";

/// The measure of [`filters_and_digits`].
pub const FILTER_CORRELATION: &str = "correlation of neighboring weights, to the right or below, \
    within an encoder filter of 28 x 28, mean over the first 64 filters; without filters of dead \
    hidden units and without pixels that are zero in every training image, since no image changes \
    these weights; digits: the same for the first 1,000 test images";

impl Claim {
    /// Tests the claim with every seed.
    ///
    /// # Errors
    /// A file of the run folder that cannot be read or does not hold what it should.
    pub fn test(&self, number: usize, part: u8, run: &Run) -> Result<ClaimResult, Error> {
        let experiments = self.compared.experiments;
        let mut seeds = Vec::new();
        if self.missing_arrays(run).is_empty() && self.of_other_length(run).is_empty() {
            for inputs in ClaimInputs::of_each_seed(run, experiments) {
                seeds.push(self.test_seed(&inputs)?);
            }
        }
        let verdict = Verdict::over(&seeds);
        Ok(ClaimResult {
            number,
            id: self.id,
            part,
            observation: self.observation,
            statement: self.statement,
            measure: self.measure,
            figure: self.figure,
            experiments,
            inputs: self.compared.input_arrays,
            verdict,
            explanation: self.explain(run, verdict, &seeds),
            of_seeds: count_seeds(run, experiments).max(seeds.len()),
            seeds,
        })
    }

    fn test_seed(&self, inputs: &ClaimInputs) -> Result<SeedVerdict, Error> {
        let numbers = (self.numbers)(inputs)?;
        let values: Vec<f64> = numbers.iter().map(|number| number.value).collect();
        let dead = inputs.dead_models();
        let decides = dead.is_empty() || self.compared.dead_count;
        Ok(SeedVerdict {
            seed: inputs.seed,
            holds: decides.then(|| (self.holds)(&values)),
            dead,
            numbers,
        })
    }

    /// Explains the verdict, and which seeds were excluded; empty where there is nothing to explain.
    fn explain(&self, run: &Run, verdict: Verdict, seeds: &[SeedVerdict]) -> String {
        if verdict == Verdict::NotTested {
            return self.explain_missing(run);
        }
        let mut clauses = Vec::new();
        let with = |holds| seeds.iter().filter(move |seed| seed.holds == Some(holds));
        if with(true).count() > 0 && with(false).count() > 0 {
            clauses.push(format!(
                "true with {}, false with {}",
                name_seeds(with(true)),
                name_seeds(with(false))
            ));
        }
        let dead_models: BTreeSet<_> = seeds.iter().map(|seed| &seed.dead).collect();
        for dead in dead_models.into_iter().filter(|dead| !dead.is_empty()) {
            let mut names = dead.join(", ");
            if seeds.len() > 1 {
                let with_these = name_seeds(seeds.iter().filter(|seed| seed.dead == *dead));
                names = format!("{names} with {with_these}");
            }
            clauses.push(if self.compared.dead_count {
                format!("{names}: dead (constant output); the order of dead models says nothing")
            } else {
                format!("excluded as dead (constant output): {names}")
            });
        }
        clauses.extend(incomplete_seeds(run, self.compared.experiments));
        clauses.join("; ")
    }

    /// Names what is missing for a test.
    fn explain_missing(&self, run: &Run) -> String {
        let experiments = self.compared.experiments;
        let mut missing = run.missing(experiments.iter().copied());
        missing.extend(self.missing_arrays(run));
        match missing.as_slice() {
            [] => format!("no seed has all of {}", experiments.join(", ")),
            [one] => format!("{one} is missing"),
            several => format!("{} are missing", several.join(", ")),
        }
    }

    /// The experiments that were trained for other epochs or on other images than the assignment
    /// asks: they say nothing about what the notebook observed.
    fn of_other_length(&self, run: &Run) -> Vec<&'static str> {
        let experiments = self.compared.experiments.iter().copied();
        experiments
            .filter(|id| run.get(id).is_some_and(|e| e.is_of_other_length))
            .collect()
    }

    fn missing_arrays(&self, run: &Run) -> Vec<String> {
        let arrays = self.compared.input_arrays.iter();
        let missing = arrays.filter(|name| !run.has_input(name));
        missing.map(|name| Source::input(name).path).collect()
    }
}

/// Whether each number is larger than the one before it.
pub fn increases(values: &[f64]) -> bool {
    values.windows(2).all(|pair| pair[0] < pair[1])
}

/// The correlation within the filters of each model, then that within digits.
pub fn filters_and_digits(inputs: &ClaimInputs) -> Result<Vec<Number>, Error> {
    let mut numbers = inputs.each(|e| e.measures.filter_correlation)?;
    let digits = inputs.models[0].evaluation.measures.image_correlation;
    numbers.push(Number::new("digits", digits));
    Ok(numbers)
}
