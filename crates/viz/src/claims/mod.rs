//! What the notebook observed, as claims that a run can hold or refute.

mod case;
mod judged;
mod parts_1_to_3;
mod parts_4_to_6;
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

/// What the correlation of filters is, in words.
const FILTER_CORRELATION: &str = "correlation of weights that are neighbours, to the right or below, \
    within an encoder filter of 28 x 28, mean over the first 64 filters; pixels that no test image \
    lights and filters of dead hidden units, whose weights stay random, do not count";

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
    let claims = parts_1_to_3::CLAIMS.iter().chain(parts_4_to_6::CLAIMS);
    (1..)
        .zip(claims)
        .map(|(number, claim)| claim.judge(number, run))
        .collect()
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
                    format!("{dead}: dead (constant output); equal numbers of dead models tie")
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
