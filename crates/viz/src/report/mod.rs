//! The report as data, which two templates write out.

mod note;
mod page;
mod render;
mod selection;
mod table;

pub use note::{
    INVISIBLE_NOISE, Note, Seeds, TEN_IMAGES, dead_here, dead_models, evaluation_faults, grouped,
    notebook_fault, other_settings,
};
pub use page::{
    Block, Chip, Conclusion, Figure, MissingExperiments, Report, Section, Summary, Verdicts,
};
pub use render::render;
pub use selection::Selection;
pub use table::{Cell, ColumnKind, Columns, Table};
