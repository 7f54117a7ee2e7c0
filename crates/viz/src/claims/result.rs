use std::fmt;

use serde::Serialize;

use crate::format::{Spread, significant_decimals};

/// A claim and what a run says to it: an entry of `claims.json`.
#[derive(Clone, Debug, Serialize)]
pub struct Judged {
    /// Counted from 1.
    pub number: usize,
    /// Its anchor in the report is `claim-ID`.
    pub id: &'static str,
    /// The part of the assignment.
    pub part: u8,
    /// What the notebook says.
    pub observation: &'static str,
    /// What must be true of the numbers.
    pub statement: &'static str,
    /// What the numbers are.
    pub measure: &'static str,
    /// The figure that shows it.
    pub figure: &'static str,
    /// The experiments that are compared.
    pub experiments: &'static [&'static str],
    /// The arrays of `inputs/` that were compared.
    pub inputs: &'static [&'static str],
    /// Over all seeds.
    pub verdict: Verdict,
    /// Why; empty where that needs no words.
    pub explanation: String,
    /// How many seeds the experiments have, whether or not all of them are there with each.
    pub of_seeds: usize,
    /// Seed by seed.
    pub seeds: Vec<SeedResult>,
}

/// What one seed says to a claim.
#[derive(Clone, Debug, Serialize)]
pub struct SeedResult {
    /// The seed; absent if nothing that was trained is compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// Whether the statement is true; absent if a dead model keeps it from being decided.
    pub holds: Option<bool>,
    /// The models whose output is constant.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dead: Vec<String>,
    /// What was compared.
    pub numbers: Vec<Number>,
}

/// A number with its name.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Number {
    /// What it belongs to.
    pub name: String,
    /// The number.
    pub value: f64,
}

/// What all seeds together say to a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// True with every seed.
    Holds,
    /// False with every seed.
    DoesNotHold,
    /// True with some seeds and false with others, or no seed without a dead model.
    NotDecided,
    /// Something that it needs is missing.
    NotTested,
}

impl Number {
    /// A number of that name.
    pub fn new(name: impl Into<String>, value: f64) -> Self {
        Number {
            name: name.into(),
            value,
        }
    }
}

impl Verdict {
    /// In the order of the abstract.
    pub const ALL: [Verdict; 4] = [
        Verdict::Holds,
        Verdict::DoesNotHold,
        Verdict::NotDecided,
        Verdict::NotTested,
    ];

    /// The verdict over the seeds that decide anything.
    pub fn over(seeds: &[SeedResult]) -> Self {
        let mut decided = seeds.iter().filter_map(|seed| seed.holds);
        match decided.next() {
            None if seeds.is_empty() => Verdict::NotTested,
            None => Verdict::NotDecided,
            Some(first) if decided.any(|other| other != first) => Verdict::NotDecided,
            Some(true) => Verdict::Holds,
            Some(false) => Verdict::DoesNotHold,
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
        })
    }
}

impl Judged {
    /// Its anchor in the report.
    pub fn anchor(&self) -> String {
        format!("claim-{}", self.id)
    }

    /// The seeds that no dead model keeps from deciding.
    pub fn deciding(&self) -> Vec<&SeedResult> {
        self.seeds.iter().filter(|s| s.holds.is_some()).collect()
    }

    /// The verdict, and of how many seeds where there are several: "holds (2 of 3 seeds)".
    pub fn verdict_with_seeds(&self) -> String {
        match self.verdict {
            Verdict::Holds | Verdict::DoesNotHold if self.of_seeds > 1 => {
                format!(
                    "{} ({} of {} seeds)",
                    self.verdict,
                    self.deciding().len(),
                    self.of_seeds
                )
            }
            verdict => verdict.to_string(),
        }
    }

    /// The same, and why.
    pub fn verdict_in_words(&self) -> String {
        let verdict = self.verdict_with_seeds();
        if self.explanation.is_empty() {
            return verdict;
        }
        format!("{verdict}: {}", self.explanation)
    }

    /// The numbers over the seeds that decide, or over all where none does.
    pub fn numbers_in_words(&self) -> String {
        let deciding = self.deciding();
        let seeds = if deciding.is_empty() {
            self.seeds.iter().collect()
        } else {
            deciding
        };
        let Some(first) = seeds.first() else {
            return String::new();
        };
        let numbers = first
            .numbers
            .iter()
            .enumerate()
            .filter_map(|(index, number)| {
                let values: Vec<f64> = seeds.iter().map(|s| s.numbers[index].value).collect();
                let spread = Spread::of(&values)?;
                let places = significant_decimals(spread.mean);
                let small = spread.mean != 0.0 && spread.mean.abs() < 1e-5;
                let words = match small {
                    true => format!("{:.1e}", spread.mean),
                    false => spread.in_words(places),
                };
                Some(format!("{}: {words}", number.name))
            });
        numbers.collect::<Vec<_>>().join(";\n")
    }
}

/// "seed 1" or "seeds 1, 2".
pub fn name<'a>(seeds: impl Iterator<Item = &'a SeedResult>) -> String {
    let numbers = seeds.filter_map(|seed| Some(seed.seed?.to_string()));
    let numbers: Vec<String> = numbers.collect();
    let word = if numbers.len() == 1 { "seed" } else { "seeds" };
    format!("{word} {}", numbers.join(", "))
}
