//! The sections of the report: a file for each part of the assignment.

mod across;
pub mod claims;
mod custom;
pub mod health;
pub mod overview;
mod part1;
mod part2;
mod part3;
mod part4;
mod part5;
mod part6;
pub mod preamble;
pub mod shared;
pub mod summary;

use crate::{Error, claims::Judged, report::page::Section, run::Run};
use claims::conclusions;

pub use across::section as across;
pub use custom::section as own;

/// The six parts.
///
/// # Errors
/// A file of the run folder that cannot be read or does not hold what it should.
pub fn of_assignment(run: &Run, claims: &[Judged]) -> Result<Vec<Section>, Error> {
    let mut sections = vec![
        part1::section(run)?,
        part2::section(run)?,
        part3::section(run)?,
        part4::section(run)?,
        part5::section(run)?,
        part6::section(run)?,
    ];
    for (part, section) in (1..).zip(&mut sections) {
        section.blocks.push(conclusions(claims, part));
    }
    Ok(sections)
}
