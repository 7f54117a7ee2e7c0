//! A claim: an observation of the notebook as something that can be measured.

use std::collections::BTreeSet;

use super::{
    inputs::Case,
    result::{self, Judged, Number, SeedResult, Verdict},
};
use crate::{Error, run::Run};

/// An observation of the notebook as something that can be measured.
pub struct Claim {
    /// Its anchor in the report, and its name in `claims.json`.
    pub id: &'static str,
    pub part: u8,
    /// What the notebook says, in our words.
    pub observation: &'static str,
    /// What must be true of the numbers.
    pub statement: &'static str,
    /// What the numbers are.
    pub measure: &'static str,
    /// The figure that shows it.
    pub figure: &'static str,
    /// The experiments that are compared.
    pub experiments: &'static [&'static str],
    /// The arrays of `inputs/` that are needed besides.
    pub inputs: &'static [&'static str],
    pub dead: DeadModels,
    /// The numbers, of one seed.
    pub numbers: fn(&Case) -> Result<Vec<Number>, Error>,
    /// Whether the statement is true of them.
    pub holds: fn(&[f64]) -> bool,
}

/// What a test-set error is, in words.
pub const TEST_SSE: &str = "squared error summed over the 784 pixels at 0-1 scale, mean over the \
    10,000 test images (corrected protocol)";

/// What the numbers of [`Case::both_errors`] are, in words.
pub const TEST_SSE_AND_NOTEBOOKS: &str = "squared error summed over the 784 pixels at 0-1 scale, mean \
    over the 10,000 test images (corrected protocol); beside it, and not tested, the mean error of \
    the ten samples as the notebook evaluates (assignment protocol)";

/// What the numbers of [`filters_and_digits`] are, in words.
pub const FILTER_CORRELATION: &str = "correlation of weights that are neighbours, to the right or below, \
    within an encoder filter of 28 x 28, mean over the first 64 filters; filters of dead hidden \
    units and pixels that no training image lights do not count, since no image changes these \
    weights; digits: the same of the first 1,000 test images";

/// What a model does to a claim if its output is constant.
#[derive(Clone, Copy, PartialEq)]
pub enum DeadModels {
    /// Its seed decides nothing: the reconstructions of a dead model say nothing of its kind.
    LeftOut,
    /// It counts like any other, since the claim is about what dies.
    Count,
}

impl Claim {
    pub fn judge(&self, number: usize, run: &Run) -> Result<Judged, Error> {
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
            let (holding, failing) = (result::name(having(true)), result::name(having(false)));
            sentences.push(format!("true with {holding}, false with {failing}"));
        }
        let of_dead = seeds.iter().map(|seed| &seed.dead);
        let dead: BTreeSet<_> = of_dead.filter(|dead| !dead.is_empty()).collect();
        for dead in dead {
            let with = result::name(seeds.iter().filter(|seed| seed.dead == *dead));
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
pub fn increases(values: &[f64]) -> bool {
    values.windows(2).all(|pair| pair[0] < pair[1])
}

/// The correlation within the filters of each model, then that within digits.
pub fn filters_and_digits(case: &Case) -> Result<Vec<Number>, Error> {
    let mut numbers = case.each(|e| e.measures.filter_correlation)?;
    let digits = case.models[0].evaluation.measures.image_correlation;
    numbers.push(Number::new("digits", digits));
    Ok(numbers)
}
