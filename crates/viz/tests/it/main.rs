//! Draws fabricated run folders, without training.

mod claims;
mod custom;
mod drawn;
mod fabricated;
mod hostile;
mod plot;
mod report;
mod run_folder;
mod seeds;
mod summary_table;
