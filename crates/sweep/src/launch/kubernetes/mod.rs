//! A manifest for Kubernetes: an Indexed Job, each of whose pods works on its share of the plan. A
//! manifest is checked for what an API server refuses.

mod check;
mod fields;
mod manifest;

pub use check::{Defect, check};
pub use manifest::{IndexedJob, MAX_TASKS, Unusable, job_name};
