//! The claims in the report: a table of all of them, and the conclusions of each part.

use std::collections::BTreeSet;

use crate::{
    claims::ClaimResult,
    format::NONE,
    report::{
        Block, Cell,
        ColumnKind::{Lines, Prose},
        Columns, Conclusion, Section, Seeds, dead_here, other_settings,
    },
    run::{Run, Source},
};

/// The table of all claims. A claim links to its figure if that is among `figures`, or else to its
/// part.
pub fn section(run: &Run, claims: &[ClaimResult], figures: &BTreeSet<String>) -> Section {
    let shown: Vec<_> = run.experiments().filter(|e| e.of_assignment).collect();
    let mut sources = vec![Source::new("claims.json")];
    sources.extend(shown.iter().flat_map(|e| e.sources("evaluation.json")));
    let inputs: BTreeSet<&str> = claims
        .iter()
        .flat_map(|claim| claim.inputs)
        .copied()
        .collect();
    let inputs = inputs.into_iter().filter(|name| run.has_input(name));
    sources.extend(inputs.map(|name| run.input_source(name)));
    let observation = |claim: &ClaimResult| {
        let target = if figures.contains(claim.figure) {
            format!("#{}", claim.figure)
        } else {
            format!("#part-{}", claim.part)
        };
        Cell::linked(claim.observation, target)
    };
    let columns = Columns::new()
        .numbers("no.", |claim: &ClaimResult| Cell {
            anchor: Some(claim.anchor()),
            ..claim.number.to_string().into()
        })
        .with(Prose, "observation", observation)
        .with(Prose, "verdict", ClaimResult::verdict_text)
        .with(Lines, "numbers", |claim| {
            claim.numbers_text().unwrap_or(NONE.into())
        })
        .with(Prose, "tested as", |claim| {
            claim.tested_as().unwrap_or(NONE.into())
        });
    let caption = "Holds: the statement is true with every seed. Does not hold: false with every \
                   seed. Not decided: true with some and false with others, or a model that it \
                   compares is dead, or a number missing, with every seed. A seed with which one of the models is dead \
                   (its output is constant) is excluded, except where the sparsity that kills \
                   models is compared. The numbers are those of the deciding seeds; of several \
                   seeds, mean ± standard deviation (n − 1). Each observation links to its figure.";
    let mut table = columns.table("Claims", caption, claims);
    table.notes.extend(other_settings(&shown));
    table.notes.extend(dead_here(&shown, Seeds::All));
    table.sources = sources;
    Section {
        id: "claims",
        title: "The notebook's observations, tested",
        text:
            "Each observation of the notebook is turned into a statement about numbers, which is \
               tested on this run."
                .into(),
        blocks: vec![Block::fold(
            "All observations, with their numbers",
            vec![Block::Table(table)],
        )],
    }
}

/// What the notebook concluded in a part, with the verdicts of this run.
pub fn conclusions(claims: &[ClaimResult], part: u8) -> Block {
    let conclusion = |claim: &ClaimResult| Conclusion {
        observation: claim.observation.into(),
        verdict: Cell::linked(
            format!("{} (claim {})", claim.verdict_with_seeds(), claim.number),
            format!("#{}", claim.anchor()),
        ),
    };
    let claims = claims.iter().filter(|claim| claim.part == part);
    Block::Conclusions {
        claims: claims.map(conclusion).collect(),
        notes: Vec::new(),
    }
}
