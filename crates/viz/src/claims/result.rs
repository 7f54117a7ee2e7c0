//! What a run says about a claim.

use std::fmt;

use serde::Serialize;

use crate::format::{MeanStd, join, significant_decimals};

/// A claim and what a run says about it: an entry of `claims.json`.
#[derive(Clone, Debug, Serialize)]
pub struct ClaimResult {
    /// Counted from 1.
    pub number: usize,
    /// The claim's name; its anchor in the report is `claim-ID`.
    pub id: &'static str,
    /// The part of the assignment.
    pub part: u8,
    /// What the notebook says, reworded.
    pub observation: &'static str,
    /// What must be true of the numbers.
    pub statement: &'static str,
    /// What the numbers are.
    pub measure: &'static str,
    /// The figure that shows it.
    pub figure: &'static str,
    /// The experiments that are compared.
    pub experiments: &'static [&'static str],
    /// The arrays of `inputs/` that were used as well.
    pub inputs: &'static [&'static str],
    /// Over all seeds.
    pub verdict: Verdict,
    /// Why; empty where there is nothing to explain.
    pub explanation: String,
    /// The number of seeds with which any of the experiments was trained.
    pub of_seeds: usize,
    /// Seed by seed.
    pub seeds: Vec<SeedVerdict>,
}

/// What one seed says about a claim.
#[derive(Clone, Debug, Serialize)]
pub struct SeedVerdict {
    /// The seed; absent if no trained model is compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// Whether the statement is true; `null` if a dead model or a missing number prevents a decision.
    pub holds: Option<bool>,
    /// The models whose output is constant.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dead: Vec<String>,
    /// What the run folder lacks for a decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lacks: Option<String>,
    /// The numbers that were compared.
    pub numbers: Vec<Number>,
}

/// A number with its name.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Number {
    /// What the number belongs to.
    pub name: String,
    pub value: f64,
}

/// What all seeds together say about a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// True with every seed.
    Holds,
    /// False with every seed.
    DoesNotHold,
    /// True with some seeds and false with others, or every seed has a dead model or lacks a number.
    NotDecided,
    /// An experiment or an array is missing.
    NotTested,
    /// No numbers can decide it.
    NotTestable,
}

impl Number {
    pub fn new(name: impl Into<String>, value: f64) -> Self {
        Number {
            name: name.into(),
            value,
        }
    }
}

impl Verdict {
    /// All verdicts, in the order of the abstract.
    pub const ALL: [Verdict; 5] = [
        Verdict::Holds,
        Verdict::DoesNotHold,
        Verdict::NotDecided,
        Verdict::NotTested,
        Verdict::NotTestable,
    ];

    /// The verdict of the seeds that decide.
    pub fn over(seeds: &[SeedVerdict]) -> Self {
        let mut decided = seeds.iter().filter_map(|seed| seed.holds);
        match decided.next() {
            None if seeds.is_empty() => Verdict::NotTested,
            None => Verdict::NotDecided,
            Some(first) if decided.any(|other| other != first) => Verdict::NotDecided,
            Some(true) => Verdict::Holds,
            Some(false) => Verdict::DoesNotHold,
        }
    }

    /// The heading over the claims with this verdict.
    pub fn title(self) -> &'static str {
        match self {
            Verdict::Holds => "What holds",
            Verdict::DoesNotHold => "What does not hold",
            Verdict::NotDecided => "What this run does not decide",
            Verdict::NotTested => "What was not tested",
            Verdict::NotTestable => "What no numbers can decide",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Verdict::Holds => "holds",
            Verdict::DoesNotHold => "does not hold",
            Verdict::NotDecided => "not decided",
            Verdict::NotTested => "not tested",
            Verdict::NotTestable => "not testable",
        })
    }
}

impl ClaimResult {
    /// Its anchor in the report.
    pub fn anchor(&self) -> String {
        format!("claim-{}", self.id)
    }

    /// What was tested, and its measure; `None` for what is not testable.
    pub fn tested_as(&self) -> Option<String> {
        let is_testable = self.verdict != Verdict::NotTestable;
        is_testable.then(|| format!("{}\nMeasure: {}.", self.statement, self.measure))
    }

    /// The seeds that decide: no dead model and no missing number prevents it.
    pub fn deciding(&self) -> Vec<&SeedVerdict> {
        self.seeds.iter().filter(|s| s.holds.is_some()).collect()
    }

    /// The verdict with the number of deciding seeds where there are several: "holds (2 of 3 seeds)".
    pub fn verdict_with_seeds(&self) -> String {
        match self.verdict {
            verdict @ (Verdict::Holds | Verdict::DoesNotHold) if self.of_seeds > 1 => {
                let (deciding, all) = (self.deciding().len(), self.of_seeds);
                format!("{verdict} ({deciding} of {all} seeds)")
            }
            verdict => verdict.to_string(),
        }
    }

    /// The verdict with its explanation.
    pub fn verdict_text(&self) -> String {
        let verdict = self.verdict_with_seeds();
        if self.explanation.is_empty() {
            return verdict;
        }
        format!("{verdict}: {}", self.explanation)
    }

    /// The numbers over the seeds that decide, or over all where none does, a line each; `None`
    /// without seeds.
    pub fn numbers_text(&self) -> Option<String> {
        let mut seeds = self.deciding();
        if seeds.is_empty() {
            seeds.extend(self.seeds.iter().filter(|s| s.lacks.is_none()));
        }
        let lines = seeds.first()?.numbers.iter().filter_map(|number| {
            let same = |seed: &&SeedVerdict| {
                let mut numbers = seed.numbers.iter();
                let found = numbers.find(|other| other.name == number.name);
                found.map(|number| number.value)
            };
            let values: Vec<f64> = seeds.iter().filter_map(same).collect();
            let mean_std = MeanStd::of(&values)?;
            let mean = mean_std.mean;
            let text = if mean != 0.0 && mean.abs() < 1e-5 {
                format!("{mean:.1e}")
            } else {
                mean_std.to_text(significant_decimals(mean))
            };
            Some(format!("{}: {text}", number.name))
        });
        Some(join(lines, ";\n"))
    }
}

/// "seed 1" or "seeds 1, 2".
pub fn name_seeds<'a>(seeds: impl Iterator<Item = &'a SeedVerdict>) -> String {
    let numbers: Vec<u64> = seeds.filter_map(|seed| seed.seed).collect();
    let word = if numbers.len() == 1 { "seed" } else { "seeds" };
    format!("{word} {}", join(numbers, ", "))
}
