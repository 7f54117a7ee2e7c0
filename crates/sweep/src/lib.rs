//! Planned experiments that several processes, on several machines, work on in one folder.
//!
//! A sweep folder is a [`RunFolder`](experiment::RunFolder) with a [`Plan`] beside it. No lock is
//! needed for correctness, on no file system: each [`Attempt`] at an experiment writes in a folder of
//! its own, and appears by one rename. Results are deterministic, so two attempts at one experiment
//! waste time only, and the second one is thrown away. [`Claims`] are hints about who is at work on
//! what. [`launch`] writes what starts workers on a cluster. Nothing here computes: the crate `train`
//! does, and needs libtorch for it.
//!
//! Layers: {launch, status} -> attempt -> failure -> claim -> folder -> {plan, clock, owner, share} -> error

#![deny(missing_docs)]

mod attempt;
mod claim;
mod clock;
mod error;
mod failure;
mod folder;
pub mod launch;
mod owner;
mod plan;
mod share;
mod status;

pub use attempt::{Attempt, Begun, Published};
pub use claim::{Claim, Claimed, Claims, Timings};
pub use error::Error;
pub use failure::FailureRecord;
pub use folder::SweepFolder;
pub use owner::Owner;
pub use plan::Plan;
pub use share::{Share, ranges};
pub use status::{Place, State, Status};
