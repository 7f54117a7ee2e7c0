//! Settings, records and the run folder.

mod json;
mod properties;
mod run_folder;
