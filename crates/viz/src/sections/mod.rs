//! What the report says: a file for each section, and the figures and tables that they share.

mod across;
mod claims;
mod custom;
mod health;
mod overview;
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
    report::{Report, Section},
    run::Run,
};

/// The whole report on a run, with the results of its claims.
///
/// # Errors
/// A file of the run folder that cannot be read or does not hold what it should.
pub fn report(run: &Run, claims: &[ClaimResult]) -> Result<Report, Error> {
    Ok(Report {
        introduction: preamble::introduction(run),
        notes: preamble::notes(run),
        missing: preamble::missing(run),
        summary: summary::summary(run, claims),
        sections: sections(run, claims)?,
    })
}

/// The sections in their order: custom experiments come last in a run of the assignment, and first
/// where the run holds nothing else.
fn sections(run: &Run, claims: &[ClaimResult]) -> Result<Vec<Section>, Error> {
    let (overview, health) = (overview::section(run), health::section(run));
    let across = across::section(run)?;
    let custom = custom::section(run)?;
    if run.is_custom_only() {
        return Ok(custom
            .into_iter()
            .chain([overview, health, across])
            .collect());
    }
    let parts = parts(run, claims)?;
    let figures = parts.iter().chain([&across]).flat_map(Section::figures);
    let figures = figures.map(|figure| figure.name.clone()).collect();
    let mut sections = vec![claims::section(run, claims, &figures), health, overview];
    sections.extend(parts);
    sections.push(across);
    sections.extend(custom);
    Ok(sections)
}

/// The six parts of the assignment, each followed by what the notebook concluded.
fn parts(run: &Run, claims: &[ClaimResult]) -> Result<Vec<Section>, Error> {
    let mut parts = vec![
        part1::section(run)?,
        part2::section(run)?,
        part3::section(run)?,
        part4::section(run)?,
        part5::section(run)?,
        part6::section(run)?,
    ];
    for (number, part) in (1..).zip(&mut parts) {
        part.blocks.push(claims::conclusions(claims, number));
    }
    Ok(parts)
}
