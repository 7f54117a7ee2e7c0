//! Settings, records and the run folder.

mod json;
mod layers;
mod properties;
mod run_folder;
mod schedule;
mod schema;
mod settings;
mod settings_file;
