//! The report as data, and the templates that write it out.

pub mod notes;
pub mod page;
pub mod render;
pub mod selection;
pub mod table;
