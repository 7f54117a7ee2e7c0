//! Draws fabricated run folders, without training.

mod claims;
mod drawn;
mod fabricated;
mod hostile;
mod own;
mod own_report;
mod plot;
mod report;
mod run_folder;
mod seeds;
mod summary_table;
mod which_report;
