//! The claims in the report.

use std::collections::BTreeSet;

use crate::claims::{Judged, Verdict};
use crate::{
    format::NONE,
    report::notes::{Seeds, TEN_IMAGES, dead_models, fault, other_settings},
    report::page::{Block, Cell, Column, Conclusion, Section, Source, Table},
    run::{Run, input_source},
};

/// The table of all claims. A claim leads to its figure if that is among `figures`, or else to
/// its part.
pub fn section(run: &Run, claims: &[Judged], figures: &BTreeSet<String>) -> Section {
    let row = |claim: &Judged| {
        let place = if figures.contains(claim.figure) {
            format!("#{}", claim.figure)
        } else {
            format!("#part-{}", claim.part)
        };
        let numbers = claim.numbers_in_words();
        vec![
            Cell {
                anchor: Some(claim.anchor()),
                ..claim.number.to_string().into()
            },
            Cell::linked(claim.observation, place),
            claim.verdict_in_words().into(),
            if numbers.is_empty() {
                NONE.into()
            } else {
                numbers.into()
            },
            format!("{}\nMeasure: {}.", claim.statement, claim.measure).into(),
        ]
    };
    let shown: Vec<_> = run.finished().filter(|e| e.of_assignment).collect();
    let mut sources = vec![Source::new("claims.json")];
    sources.extend(shown.iter().flat_map(|e| e.sources("evaluation.json")));
    let inputs: BTreeSet<&str> = claims
        .iter()
        .flat_map(|claim| claim.inputs)
        .copied()
        .collect();
    let inputs = inputs.into_iter().filter(|name| run.has_input(name));
    sources.extend(inputs.map(input_source));
    let mut notes: Vec<_> = other_settings(&shown).into_iter().collect();
    notes.extend(dead_models(&shown, Seeds::All));
    Section {
        id: "claims",
        title: "The notebook's observations, tested",
        text: "Each observation of the notebook is made a statement about numbers, and tested on \
               this run."
            .into(),
        blocks: vec![Block::Table(Table {
            title: "Claims".into(),
            caption: "Holds: the statement is true with every seed. Does not hold: false with \
                      every seed. Not decided: true with some and false with others, or a model \
                      that it compares is dead with every seed. A seed with which one of the \
                      models is dead (its output is constant) is left out, except where the \
                      sparsity that kills them is compared. The numbers are those of the seeds \
                      that decide; of several, mean ± standard deviation (n − 1). Each \
                      observation leads to its figure."
                .into(),
            columns: vec![
                Column::numbers("no."),
                Column::prose("observation"),
                Column::prose("verdict"),
                Column::lines("numbers"),
                Column::prose("tested as"),
            ],
            rows: claims.iter().map(row).collect(),
            notes,
            sources,
        })],
    }
}

/// What the notebook concluded in a part, with our verdicts.
pub fn conclusions(claims: &[Judged], part: u8) -> Block {
    let of_part = claims.iter().filter(|claim| claim.part == part);
    let conclusion = |claim: &Judged| Conclusion {
        observation: claim.observation.into(),
        verdict: Cell::linked(
            format!("{} (claim {})", claim.verdict_with_seeds(), claim.number),
            format!("#{}", claim.anchor()),
        ),
    };
    Block::Conclusions {
        claims: of_part.map(conclusion).collect(),
        notes: vec![fault(TEN_IMAGES)],
    }
}

impl Verdict {
    /// What stands over the claims of this verdict.
    pub fn title(self) -> &'static str {
        match self {
            Verdict::Holds => "What holds",
            Verdict::DoesNotHold => "What does not hold",
            Verdict::NotDecided => "What these seeds do not decide",
            Verdict::NotTested => "What was not tested",
        }
    }
}
