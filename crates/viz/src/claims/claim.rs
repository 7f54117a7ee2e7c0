//! A claim: an observation of the notebook as a statement about numbers, and how it is tested.

use std::collections::BTreeSet;

use super::{
    inputs::{ClaimInputs, NoNumbers, count_seeds, incomplete_seeds},
    result::{ClaimResult, Number, SeedVerdict, Verdict, name_seeds},
};
use crate::{
    error::Error,
    run::{Run, input_path},
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
    pub numbers: fn(&ClaimInputs) -> Result<Vec<Number>, NoNumbers>,
    /// Whether the statement is true of these numbers.
    pub holds: fn(&[f64]) -> bool,
}

/// What a claim compares.
pub struct Compared {
    pub experiments: &'static [&'static str],
    pub input_arrays: &'static [&'static str],
    /// Whether a seed counts if one of its models has a constant output.
    dead_count: bool,
    /// Why no numbers can decide the observation.
    pub untestable: Option<&'static str>,
}

impl Compared {
    /// Experiments. A seed with a dead model decides nothing: the reconstructions of such a model
    /// say nothing about its kind.
    pub const fn living(experiments: &'static [&'static str]) -> Self {
        Compared {
            experiments,
            input_arrays: &[],
            dead_count: false,
            untestable: None,
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
        Compared::living(&[]).with_inputs(input_arrays)
    }

    /// The same with arrays of `inputs/`.
    pub const fn with_inputs(self, input_arrays: &'static [&'static str]) -> Self {
        Compared {
            input_arrays,
            ..self
        }
    }
}

impl Claim {
    /// An observation that no numbers of a run can decide, for the reason `because`.
    pub const fn not_testable(
        id: &'static str,
        observation: &'static str,
        because: &'static str,
        figure: &'static str,
    ) -> Self {
        Claim {
            id,
            observation,
            statement: "",
            measure: "",
            figure,
            compared: Compared {
                untestable: Some(because),
                ..Compared::living(&[])
            },
            numbers: |_| Ok(Vec::new()),
            holds: |_| false,
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

impl Claim {
    /// Tests the claim with every seed.
    ///
    /// # Errors
    /// A file of the run folder that cannot be read or does not hold what it should.
    pub fn test(&self, number: usize, part: u8, run: &Run) -> Result<ClaimResult, Error> {
        let experiments = self.compared.experiments;
        let mut seeds = Vec::new();
        let is_testable = self.compared.untestable.is_none()
            && self.missing_arrays(run).is_empty()
            && self.of_other_length(run).is_empty();
        if is_testable {
            for inputs in ClaimInputs::of_each_seed(run, experiments) {
                seeds.push(self.test_seed(&inputs)?);
            }
        }
        let verdict = match self.compared.untestable {
            Some(_) => Verdict::NotTestable,
            None => Verdict::over(&seeds),
        };
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
        let (numbers, lacks) = match (self.numbers)(inputs) {
            Ok(numbers) => (numbers, None),
            Err(NoNumbers::Lacking(what)) => (Vec::new(), Some(what)),
            Err(NoNumbers::Unreadable(error)) => return Err(error),
        };
        let values: Vec<f64> = numbers.iter().map(|number| number.value).collect();
        let dead = inputs.dead_models();
        let decides = lacks.is_none() && (dead.is_empty() || self.compared.dead_count);
        Ok(SeedVerdict {
            seed: inputs.seed,
            holds: decides.then(|| (self.holds)(&values)),
            dead,
            lacks,
            numbers,
        })
    }

    /// Explains the verdict, and which seeds were excluded; empty where there is nothing to explain.
    fn explain(&self, run: &Run, verdict: Verdict, seeds: &[SeedVerdict]) -> String {
        if let Some(because) = self.compared.untestable {
            return format!("because {because}");
        }
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
        let lacking: BTreeSet<_> = seeds.iter().filter_map(|s| s.lacks.clone()).collect();
        clauses.extend(lacking);
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
        missing.map(|name| input_path(name)).collect()
    }
}

/// Whether each number is larger than the one before it.
pub fn increases(values: &[f64]) -> bool {
    values.windows(2).all(|pair| pair[0] < pair[1])
}
