//! What the report says: a file for each section, and the figures and tables that they share.

mod across;
mod claims;
mod conditions;
mod health;
mod lessons;
mod opening;
mod overview;
mod own;
mod part1;
mod part2;
mod part3;
mod part4;
mod part5;
mod part6;
mod preamble;
mod shared;
mod summary;

use crate::{
    claims::ClaimResult,
    error::Error,
    report::{Block, Report, Section},
    run::Run,
};

/// The whole report on a run, with the results of its claims.
///
/// # Errors
/// A file of the run folder that cannot be read or does not hold what it should.
pub fn report(run: &Run, claims: &[ClaimResult]) -> Result<Report, Error> {
    Ok(Report {
        title: preamble::title(run),
        introduction: preamble::introduction(run),
        opening: if run.of_assignment {
            opening::picture(run)?
        } else {
            None
        },
        notes: preamble::notes(run),
        missing: preamble::missing(run),
        summary: summary::summary(run, claims)?,
        sections: sections(run, claims)?,
    })
}

/// The sections in their order: the assignment's, with the user's own experiments in the last one, or
/// those about own experiments.
fn sections(run: &Run, claims: &[ClaimResult]) -> Result<Vec<Section>, Error> {
    let own = own::chapters(run)?;
    if !run.of_assignment {
        let mut sections = own;
        sections.extend([health::section(run), conditions::section(run)]);
        return Ok(sections);
    }
    let lessons = lessons::section(run)?;
    let across = across::section(run)?;
    let parts = parts(run, claims)?;
    let with_figures = parts.iter().chain([&lessons, &across]);
    let figures = with_figures
        .flat_map(Section::figures)
        .map(|figure| figure.name.clone())
        .collect();
    let mut sections = vec![lessons, overview::section(run)];
    sections.extend(parts);
    sections.push(across);
    if !claims.is_empty() {
        sections.push(claims::section(run, claims, &figures));
    }
    sections.extend(in_one(own));
    for section in [health::section(run), conditions::section(run)] {
        sections.push(folded(section));
    }
    Ok(sections)
}

/// The section with its blocks folded.
fn folded(section: Section) -> Section {
    Section {
        blocks: vec![Block::fold("In full", section.blocks)],
        ..section
    }
}

/// The chapters about own experiments as one section of a report that is about the assignment.
fn in_one(chapters: Vec<Section>) -> Option<Section> {
    let mut blocks = Vec::new();
    for chapter in chapters {
        blocks.push(Block::heading(chapter.title));
        blocks.push(Block::Paragraph { text: chapter.text });
        blocks.extend(chapter.blocks);
    }
    (!blocks.is_empty()).then(|| Section {
        id: "own",
        title: "Own experiments",
        text: "Experiments that are not the assignment's, or that have the name of one of its \
               experiments but another model or other images."
            .into(),
        blocks,
    })
}

/// The six parts of the assignment, each with what the notebook concluded.
fn parts(run: &Run, claims: &[ClaimResult]) -> Result<Vec<Section>, Error> {
    let conclusions = |part| (!claims.is_empty()).then(|| claims::conclusions(claims, part));
    let parts = vec![
        part1::section(run, conclusions(1))?,
        part2::section(run, conclusions(2))?,
        part3::section(run, conclusions(3))?,
        part4::section(run, conclusions(4))?,
        part5::section(run, conclusions(5))?,
        part6::section(run, conclusions(6))?,
    ];
    Ok(parts.into_iter().map(Section::saying_once).collect())
}
