//! What `viz` makes of run folders, which are fabricated: nothing is trained.

mod claims;
mod custom;
mod drawn;
mod fabricated;
mod hostile;
mod report;
mod run_folder;
mod seeds;
